create table block (
    blocker    uuid not null,
    blocked    uuid not null,
    -- Not now(): a block that waited for the two users' locks counts from when it had them.
    created_at timestamptz not null default clock_timestamp(),
    primary key (blocker, blocked),
    check (blocker <> blocked)
);
create index block_blocked on block (blocked);

-- One row a pair, the lower id first, only ever extended.
create table cooldown (
    low   uuid not null,
    high  uuid not null,
    until timestamptz not null,
    primary key (low, high),
    check (low < high)
);
create index cooldown_high on cooldown (high);
create index cooldown_until on cooldown (until);

create function is_blocked(a uuid, b uuid) returns boolean language sql stable as $$
    select exists (select 1 from block where (blocker = a and blocked = b) or (blocker = b and blocked = a))
$$;

create function cooldown_of(a uuid, b uuid) returns timestamptz language sql stable as $$
    select until from cooldown
    where low = least(a, b) and high = greatest(a, b) and until > clock_timestamp()
$$;

-- Answers the time that now holds.
create function extend_cooldown(a uuid, b uuid, p_until timestamptz) returns timestamptz language sql as $$
    insert into cooldown (low, high, until) values (least(a, b), greatest(a, b), p_until)
    on conflict (low, high) do update set until = greatest(cooldown.until, excluded.until)
    returning until
$$;

-- Blocks under the locks of both, so that no call of the two can be starting beside it. Answers how many the blocker has
-- afterwards; p_max refuses (-1) one more.
create function block_user(p_blocker uuid, p_blocked uuid, p_max int) returns int language plpgsql as $$
declare
    v_count int;
begin
    perform lock_users(array[p_blocker, p_blocked]);
    select count(*) into v_count from block where blocker = p_blocker and blocked <> p_blocked;
    if v_count >= p_max then
        perform unlock_users(array[p_blocker, p_blocked]);
        return -1;
    end if;
    insert into block (blocker, blocked) values (p_blocker, p_blocked) on conflict do nothing;
    perform unlock_users(array[p_blocker, p_blocked]);
    return v_count + 1;
end $$;
