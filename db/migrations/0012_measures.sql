-- What is done about people (measures), what they say against it (appeals), addresses that are shut out, and the record of
-- who decided what (audit). Lock order of what is here: appeals, then measures, then address bans, then the head of the
-- audit: after all locks of migrations/README.md, and the head is always the last.

-- Where a login comes from, by keyed hashes of 16 bytes: no address is kept. Address: a whole IPv4 or an IPv6 /64; network:
-- /24 or /48; origin: what counts as one network when reports are weighed, /24 or /64. Null: from before there were any.
alter table login_session add column address_key bytea, add column network_key bytea, add column origin_key bytea;
create index login_session_address on login_session (address_key) where address_key is not null;
create index login_session_network on login_session (network_key) where network_key is not null;

-- Append-only, each entry with the hash of the one before: whoever changes one, or takes one out, breaks the chain there.
create table audit_entry (
    number   bigint primary key,
    at       timestamptz not null,
    -- The admin, or null when nobody decided (weight of reports) or a user did something about themselves.
    actor    uuid,
    action   text not null,
    subject  text not null,
    detail   jsonb not null,
    previous bytea not null,
    hash     bytea not null
);
create index audit_entry_actor on audit_entry (actor, number);
create index audit_entry_action on audit_entry (action, number);
create index audit_entry_subject on audit_entry (subject, number);

-- The last entry once more, so that a cut end is seen too. Its row is the lock of all who append.
create table audit_head (
    one    boolean primary key default true check (one),
    number bigint not null,
    hash   bytea not null
);
insert into audit_head (number, hash) values (0, '');

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is only appended to' using errcode = '55000';
end $$;
create trigger audit_entry_stays before update or delete or truncate on audit_entry
    for each statement execute function audit_is_append_only();

-- An array, so that no two entries have the same text.
create function audit_hash(
    p_previous bytea, p_number bigint, p_at timestamptz, p_actor uuid, p_action text, p_subject text, p_detail jsonb)
returns bytea language sql stable as $$
    select sha256(p_previous || convert_to(jsonb_build_array(
        p_number, (extract(epoch from p_at) * 1000000)::bigint, p_actor, p_action, p_subject, p_detail)::text, 'UTF8'))
$$;

-- Last in every transaction that has something to tell: those who append wait for each other until they have committed.
create function audit(p_actor uuid, p_action text, p_subject text, p_detail jsonb) returns bigint language plpgsql as $$
declare
    v_number bigint;
    v_previous bytea;
    v_at timestamptz;
begin
    select number + 1, hash into v_number, v_previous from audit_head for update;
    v_at := clock_timestamp();
    insert into audit_entry (number, at, actor, action, subject, detail, previous, hash)
        values (v_number, v_at, p_actor, p_action, p_subject, p_detail, v_previous,
            audit_hash(v_previous, v_number, v_at, p_actor, p_action, p_subject, p_detail));
    update audit_head set (number, hash) = (select e.number, e.hash from audit_entry e where e.number = v_number);
    return v_number;
end $$;

-- What was done about somebody. Outlives the account, so there is no foreign key.
create table measure (
    measure_id uuid primary key,
    user_id    uuid not null,
    kind       text not null check (kind in ('warn', 'hold', 'ban')),
    reason     text not null check (reason in
        ('harassment', 'nudity', 'minor_safety', 'hate', 'threats', 'spam', 'impersonation', 'other')),
    -- The sentence that the person reads.
    text       text not null,
    case_id    uuid,
    decided_by uuid,
    taken_at   timestamptz not null default clock_timestamp(),
    -- Null: for ever.
    until      timestamptz,
    lifted_at  timestamptz,
    lifted_by  uuid,
    seen_at    timestamptz,
    changed_at timestamptz not null default clock_timestamp(),
    unique (measure_id, decided_by),
    -- Only a hold may come by the weight of reports alone.
    check (decided_by is not null or kind = 'hold'),
    check (until > taken_at),
    check (until is null or kind <> 'warn'),
    check (lifted_by is null or lifted_at is not null)
);
create index measure_user on measure (user_id, taken_at);
create index measure_barring on measure (user_id) where lifted_at is null and kind <> 'warn';
create index measure_changed on measure (changed_at);
create index measure_case on measure (case_id) where case_id is not null;

-- What keeps somebody out now: 'ban', 'hold' or null.
create function barred_by(p_user uuid) returns text language sql stable as $$
    select case when bool_or(kind = 'ban') then 'ban' when count(*) > 0 then 'hold' end from measure
    where user_id = p_user and lifted_at is null and kind <> 'warn' and (until is null or until > clock_timestamp())
$$;

-- What somebody has to be told when they come: a measure that bars them, or a warning that they have not seen.
create function mark_of(p_user uuid) returns text language sql stable as $$
    select kind from measure
    where user_id = p_user and lifted_at is null and (until is null or until > clock_timestamp()) and (kind <> 'warn' or seen_at is null)
    order by kind = 'ban' desc, kind = 'hold' desc limit 1
$$;

-- Takes a measure, once for each id: repeated, it answers what stands. The locks of the user are held, so that no call, no
-- ticket can be coming to be beside it; whoever is barred has no ticket afterwards. p_seconds: null for ever.
create function take_measure(
    p_measure uuid, p_user uuid, p_kind text, p_reason text, p_text text, p_case uuid, p_actor uuid, p_seconds double precision)
returns setof measure language plpgsql as $$
declare
    v measure;
begin
    select * into v from measure where measure_id = p_measure;
    if found then
        return next v;
        return;
    end if;
    if p_kind <> 'warn' then
        perform lock_users(array[p_user]);
        -- Nobody is waited for: who has the row may hold other locks. What is skipped here, the server takes back.
        update presence set available_since = null where user_id in (
            select p.user_id from presence p where p.user_id = p_user for update skip locked);
    end if;
    insert into measure (measure_id, user_id, kind, reason, text, case_id, decided_by, taken_at, until)
        select p_measure, p_user, p_kind, p_reason, p_text, p_case, p_actor, n, n + make_interval(secs => p_seconds)
        from (select clock_timestamp()) x(n)
        on conflict do nothing returning * into v;
    if found then
        if p_kind <> 'warn' then
            delete from ticket where user_id = p_user;
        end if;
        perform audit(p_actor, 'measure.' || p_kind, p_user::text, jsonb_build_object(
            'measureId', p_measure, 'reason', p_reason, 'text', p_text, 'caseId', p_case, 'until', v.until));
    else
        perform unlock_users(array[p_user]); -- the same one came twice at once
        select * into v from measure where measure_id = p_measure;
    end if;
    return next v;
end $$;

-- Ends a measure before its time; answers it, or nothing when it was over or never was.
create function lift_measure(p_measure uuid, p_actor uuid, p_note text) returns setof measure language plpgsql as $$
declare
    v measure;
begin
    update measure set lifted_at = clock_timestamp(), lifted_by = p_actor, changed_at = clock_timestamp()
        where measure_id = p_measure and lifted_at is null and (until is null or until > clock_timestamp())
        returning * into v;
    if found then
        perform audit(p_actor, 'measure.lift', v.user_id::text, jsonb_build_object(
            'measureId', p_measure, 'kind', v.kind, 'note', p_note));
        return next v;
    end if;
end $$;

-- What somebody says against a measure: once, and heard by another admin than the one who took it.
create table appeal (
    appeal_id          uuid primary key,
    measure_id         uuid not null unique references measure,
    user_id            uuid not null,
    text               text not null,
    created_at         timestamptz not null default clock_timestamp(),
    measure_decided_by uuid,
    decided_by         uuid,
    decided_at         timestamptz,
    outcome            text check (outcome in ('granted', 'upheld')),
    answer             text,
    -- So the copy of who took the measure is true, and the check below with it.
    foreign key (measure_id, measure_decided_by) references measure (measure_id, decided_by),
    check (decided_by is null or decided_by is distinct from measure_decided_by),
    check ((decided_by is null) = (outcome is null) and (outcome is null) = (decided_at is null))
);
create index appeal_open on appeal (created_at) where outcome is null;
create index appeal_decided on appeal (decided_at) where outcome is not null;
create index appeal_user on appeal (user_id);

-- Against the strictest measure in force. Outcomes: filed | exists | nothing.
create function file_appeal(p_appeal uuid, p_user uuid, p_text text) returns table (outcome text, measure_id uuid)
language plpgsql as $$
#variable_conflict use_column
declare
    v measure;
begin
    select m.* into v from measure m
        where m.user_id = p_user and m.lifted_at is null and m.kind <> 'warn' and (m.until is null or m.until > clock_timestamp())
        order by m.kind = 'ban' desc, m.until desc nulls first, m.taken_at limit 1;
    if not found then
        return query select 'nothing', null::uuid;
        return;
    end if;
    insert into appeal (appeal_id, measure_id, user_id, text, measure_decided_by)
        values (p_appeal, v.measure_id, p_user, p_text, v.decided_by) on conflict do nothing;
    if found then
        perform audit(null, 'appeal.file', p_user::text, jsonb_build_object('appealId', p_appeal, 'measureId', v.measure_id));
        return query select 'filed', v.measure_id;
    else
        return query select 'exists', v.measure_id;
    end if;
end $$;

-- Outcomes: decided | not_found | already_decided | same_decider. Granted: its measure is lifted.
create function decide_appeal(p_appeal uuid, p_actor uuid, p_outcome text, p_answer text) returns text language plpgsql as $$
declare
    v appeal;
begin
    select * into v from appeal where appeal_id = p_appeal for update;
    if not found then
        return 'not_found';
    elsif v.outcome is not null then
        return 'already_decided';
    elsif v.measure_decided_by = p_actor then
        return 'same_decider';
    end if;
    update appeal set decided_by = p_actor, decided_at = clock_timestamp(), outcome = p_outcome, answer = p_answer
        where appeal_id = p_appeal;
    if p_outcome = 'granted' then
        update measure set lifted_at = clock_timestamp(), lifted_by = p_actor, changed_at = clock_timestamp()
            where measure_id = v.measure_id and lifted_at is null;
    end if;
    perform audit(p_actor, 'appeal.' || p_outcome, v.user_id::text, jsonb_build_object(
        'appealId', p_appeal, 'measureId', v.measure_id, 'answer', p_answer));
    return 'decided';
end $$;

-- An address or a network that nobody comes in from, by its keyed hash. Always with an end: addresses change hands.
create table address_ban (
    ban_id     uuid primary key,
    scope      text not null check (scope in ('address', 'network')),
    key        bytea not null,
    -- As it was typed, if it was; only as long as the ban is in force.
    label      text,
    reason     text not null check (reason in
        ('harassment', 'nudity', 'minor_safety', 'hate', 'threats', 'spam', 'impersonation', 'other')),
    text       text not null,
    decided_by uuid not null,
    taken_at   timestamptz not null default clock_timestamp(),
    until      timestamptz not null,
    lifted_at  timestamptz,
    lifted_by  uuid,
    changed_at timestamptz not null default clock_timestamp(),
    check (until > taken_at),
    check (lifted_at is null or label is null)
);
create index address_ban_in_force on address_ban (until) where lifted_at is null;
create index address_ban_changed on address_ban (changed_at);

-- Once for each id. Answers nothing when p_max are in force: every instance holds them all.
create function ban_address(
    p_ban uuid, p_scope text, p_key bytea, p_label text, p_reason text, p_text text, p_actor uuid, p_seconds double precision,
    p_max int)
returns setof address_ban language plpgsql as $$
declare
    v address_ban;
begin
    select * into v from address_ban where ban_id = p_ban;
    if found then
        return next v;
        return;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('ban_address', 0)); -- so that they are counted one after the other
    if (select count(*) from address_ban where lifted_at is null and until > clock_timestamp()) >= p_max then
        return;
    end if;
    insert into address_ban (ban_id, scope, key, label, reason, text, decided_by, taken_at, until)
        select p_ban, p_scope, p_key, p_label, p_reason, p_text, p_actor, n, n + make_interval(secs => p_seconds)
        from (select clock_timestamp()) x(n)
        on conflict do nothing returning * into v;
    if found then
        perform audit(p_actor, 'address.ban', p_ban::text, jsonb_build_object(
            'scope', p_scope, 'reason', p_reason, 'text', p_text, 'until', v.until));
    else
        select * into v from address_ban where ban_id = p_ban;
    end if;
    return next v;
end $$;

create function lift_address_ban(p_ban uuid, p_actor uuid, p_note text) returns setof address_ban language plpgsql as $$
declare
    v address_ban;
begin
    update address_ban
        set lifted_at = clock_timestamp(), lifted_by = p_actor, label = null, changed_at = clock_timestamp()
        where ban_id = p_ban and lifted_at is null and until > clock_timestamp()
        returning * into v;
    if found then
        perform audit(p_actor, 'address.lift', p_ban::text, jsonb_build_object('scope', v.scope, 'note', p_note));
        return next v;
    end if;
end $$;
