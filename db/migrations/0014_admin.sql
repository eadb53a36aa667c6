-- Who works at the console. Lock order of what is here: accounts, then their sessions, after all locks of
-- migrations/README.md and of 0012; the head of the audit is the last one.

-- Roles: 0 viewer, 1 moderator, 2 senior, 3 admin.
create table admin_account (
    admin_id      uuid primary key,
    email         text not null unique check (email = lower(email)),
    name          text not null,
    role          smallint not null check (role between 0 and 3),
    password_hash text not null,
    otp_key       bytea not null,
    -- The time step of the one-time code that was used last: no code is good twice.
    last_step     bigint not null default 0,
    created_at    timestamptz not null default clock_timestamp(),
    disabled_at   timestamptz,
    signed_in_at  timestamptz
);

-- The token itself is nowhere: its SHA-256 is the key. What is over is deleted; that it was is in the audit.
create table admin_session (
    token_hash  bytea primary key,
    session_id  uuid not null unique,
    admin_id    uuid not null references admin_account on delete cascade,
    network_key bytea not null,
    browser     text not null,
    created_at  timestamptz not null default clock_timestamp(),
    seen_at     timestamptz not null default clock_timestamp(),
    expires_at  timestamptz not null
);
create index admin_session_admin on admin_session (admin_id, created_at);
create index admin_session_expiry on admin_session (expires_at);

-- Networks from which an account has signed in: nobody there can lock it out.
create table admin_network (
    admin_id    uuid not null references admin_account on delete cascade,
    network_key bytea not null,
    last_at     timestamptz not null default clock_timestamp(),
    primary key (admin_id, network_key)
);

-- Attempts since the last success, for an address (by its hash: people type passwords into the wrong field) and a network.
create table admin_failure (
    account_key bytea not null,
    network_key bytea not null,
    attempts    int not null,
    last_at     timestamptz not null,
    primary key (account_key, network_key)
);
create index admin_failure_last on admin_failure (last_at);

-- Counts an attempt and answers null, or answers how long to wait and counts nothing. The rule is LockOut.cs.
create function admin_attempt(
    p_account bytea, p_network bytea, p_known boolean, p_free int, p_first interval, p_longest interval, p_pause interval)
returns interval language plpgsql as $$
declare
    v admin_failure;
    v_wait interval := interval '0';
begin
    insert into admin_failure (account_key, network_key, attempts, last_at) values (p_account, p_network, 0, clock_timestamp())
        on conflict do nothing;
    select * into v from admin_failure where account_key = p_account and network_key = p_network for update;
    if v.last_at < clock_timestamp() - p_longest then
        v.attempts := 0;
    end if;
    if v.attempts >= p_free then
        v_wait := case when p_known then p_pause else make_interval(secs => least(
            extract(epoch from p_longest)::double precision,
            extract(epoch from p_first)::double precision * power(2, least(v.attempts - p_free, 60)))) end;
    end if;
    if v.attempts > 0 and v.last_at + v_wait > clock_timestamp() then
        return v.last_at + v_wait - clock_timestamp();
    end if;
    update admin_failure set attempts = v.attempts + 1, last_at = clock_timestamp()
        where account_key = p_account and network_key = p_network;
    return null;
end $$;

-- Null when the address is taken, or p_max accounts are there.
create function admin_create(
    p_admin uuid, p_email text, p_name text, p_role smallint, p_password text, p_otp bytea, p_actor uuid, p_max int)
returns setof admin_account language plpgsql as $$
declare
    v admin_account;
begin
    insert into admin_account (admin_id, email, name, role, password_hash, otp_key)
        select p_admin, p_email, p_name, p_role, p_password, p_otp where (select count(*) from admin_account) < p_max
        on conflict do nothing returning * into v;
    if found then
        perform audit(p_actor, 'admin.create', p_admin::text, jsonb_build_object('email', p_email, 'role', p_role));
        return next v;
    end if;
end $$;

-- What is null stays. The actor has to be an admin still: of two who disable each other, one does. Outcomes: changed |
-- not_found | forbidden.
create function admin_change(
    p_admin uuid, p_name text, p_role smallint, p_disabled boolean, p_password text, p_otp bytea, p_actor uuid)
returns text language plpgsql as $$
declare
    v admin_account;
begin
    perform 1 from admin_account where admin_id in (p_admin, p_actor) order by admin_id for update;
    if p_actor is not null
        and not exists (select from admin_account where admin_id = p_actor and role = 3 and disabled_at is null) then
        return 'forbidden';
    end if;
    select * into v from admin_account where admin_id = p_admin;
    if not found then
        return 'not_found';
    end if;
    update admin_account set
        name = coalesce(p_name, name), role = coalesce(p_role, role),
        disabled_at = case when p_disabled then coalesce(disabled_at, clock_timestamp()) when not p_disabled then null else disabled_at end,
        password_hash = coalesce(p_password, password_hash), otp_key = coalesce(p_otp, otp_key),
        last_step = case when p_otp is null then last_step else 0 end
        where admin_id = p_admin;
    if p_role <> v.role or p_disabled or p_password is not null then
        delete from admin_session where admin_id = p_admin;
    end if;
    perform audit(p_actor, 'admin.change', p_admin::text, jsonb_strip_nulls(jsonb_build_object(
        'name', p_name, 'role', p_role, 'disabled', p_disabled, 'reset', case when p_password is not null then true end)));
    return 'changed';
end $$;

-- Uses up the code's step and begins a session; false when that or a later code was used, or the account is disabled.
create function admin_sign_in(
    p_admin uuid, p_step bigint, p_account bytea, p_network bytea, p_token bytea, p_session uuid, p_browser text,
    p_lifetime interval, p_max int)
returns boolean language plpgsql as $$
begin
    update admin_account set last_step = p_step, signed_in_at = clock_timestamp()
        where admin_id = p_admin and last_step < p_step and disabled_at is null;
    if not found then
        return false;
    end if;
    insert into admin_session (token_hash, session_id, admin_id, network_key, browser, expires_at)
        values (p_token, p_session, p_admin, p_network, p_browser, clock_timestamp() + p_lifetime);
    delete from admin_session where admin_id = p_admin and token_hash in (
        select token_hash from admin_session where admin_id = p_admin order by created_at desc offset p_max);
    insert into admin_network (admin_id, network_key) values (p_admin, p_network)
        on conflict (admin_id, network_key) do update set last_at = clock_timestamp();
    delete from admin_network where admin_id = p_admin and network_key in (
        select network_key from admin_network where admin_id = p_admin order by last_at desc offset 20);
    delete from admin_failure where account_key = p_account and network_key = p_network;
    perform audit(p_admin, 'admin.sign_in', p_admin::text, jsonb_build_object('sessionId', p_session));
    return true;
end $$;

create function admin_set_password(
    p_admin uuid, p_password text, p_step bigint, p_account bytea, p_network bytea, p_keep uuid)
returns boolean language plpgsql as $$
begin
    update admin_account set last_step = p_step, password_hash = p_password
        where admin_id = p_admin and last_step < p_step and disabled_at is null;
    if not found then
        return false;
    end if;
    delete from admin_session where admin_id = p_admin and session_id <> p_keep;
    delete from admin_failure where account_key = p_account and network_key = p_network;
    perform audit(p_admin, 'admin.password', p_admin::text, '{}');
    return true;
end $$;

create function admin_end_session(p_admin uuid, p_session uuid) returns void language plpgsql as $$
begin
    delete from admin_session where admin_id = p_admin and session_id = p_session;
    if found then
        perform audit(p_admin, 'admin.session_end', p_admin::text, jsonb_build_object('sessionId', p_session));
    end if;
end $$;

-- To be searched for by those who work at the console.
create index app_user_name on app_user (lower(name) text_pattern_ops);
