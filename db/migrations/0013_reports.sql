-- All reports about one person that one decision answers. At most one of a person is open.
create table review_case (
    case_id      uuid primary key,
    -- Outlives the account: afterwards it names nobody.
    subject      uuid not null,
    -- As of the last report, to be searched for.
    subject_name text not null,
    opened_at    timestamptz not null,
    updated_at   timestamptz not null,
    score        double precision not null default 0,
    is_urgent    boolean not null,
    -- Kept from retention.
    is_locked    boolean not null,
    reports      int not null default 0,
    reporters    int not null default 0,
    networks     int not null default 0,
    -- Each reason with how many reports gave it.
    reasons      jsonb not null default '{}',
    -- Some report of it has lines of chat.
    keeps_chat   boolean not null default false,
    claimed_by   uuid,
    claimed_at   timestamptz,
    -- When somebody first claimed or decided it.
    acted_at     timestamptz,
    closed_at    timestamptz,
    closed_by    uuid,
    outcome      text check (outcome in ('upheld', 'dismissed')),
    note         text,
    check ((claimed_at is null) = (claimed_by is null)),
    check ((closed_at is null) = (outcome is null) and (closed_at is null) = (closed_by is null))
);
create unique index review_case_open on review_case (subject) where closed_at is null;
create index review_case_subject on review_case (subject);
-- The order of the queue: urgent, then heavy, then old.
create index review_case_queue on review_case ((not is_urgent), (-score), opened_at, case_id) where closed_at is null;
create index review_case_claimed on review_case (claimed_by) where closed_at is null and claimed_by is not null;
create index review_case_opened on review_case (opened_at);
create index review_case_closed on review_case (closed_at, case_id) where closed_at is not null;
create index review_case_chat on review_case (closed_at, case_id) where keeps_chat and closed_at is not null and not is_locked;
create index review_case_name on review_case (lower(subject_name) text_pattern_ops);
create index review_case_reasons on review_case using gin (reasons);

-- What one of the two in a call said about the other, with what can be said of the call itself.
create table report (
    report_id     uuid primary key,
    call_id       uuid not null,
    reporter      uuid not null,
    reported      uuid not null,
    case_id       uuid not null references review_case,
    reason        text not null check (reason in
        ('harassment', 'nudity', 'minor_safety', 'hate', 'threats', 'spam', 'impersonation', 'other')),
    note          text,
    created_at    timestamptz not null,
    -- What counts as one network; null when it is not known.
    origin_key    bytea,
    -- The reporter's, when they reported.
    weight        double precision not null,
    -- Reports about the person before this one.
    earlier       int not null,
    -- How its case was decided.
    decided       text check (decided in ('upheld', 'dismissed')),
    reporter_card jsonb not null,
    reported_card jsonb not null,
    call_started_at timestamptz not null,
    -- So far, when it was running.
    call_seconds  int not null,
    call_origin   text not null,
    -- Null when it was running.
    call_reason   text,
    -- The call's last lines, oldest first, each with from, text and at; null without any, and when they are no longer kept.
    chat          jsonb,
    unique (call_id, reporter),
    check (reporter <> reported)
);
create index report_case on report (case_id, created_at);
create index report_reporter on report (reporter, created_at);
create index report_reported on report (reported, created_at);
create index report_created on report (created_at);
create index report_decided on report (reporter, created_at) where decided is not null;

-- See Weighing.cs, which says the same.
create function reporter_weight(p_agreed int, p_decided int) returns double precision language sql immutable as $$
    select greatest(0.1::double precision, least(1.5::double precision, 2::double precision * (p_agreed + 2) / (p_decided + 4)))
$$;

-- How often somebody was right, of their last decided reports.
create function accuracy_of(p_reporter uuid) returns table (agreed int, decided int) language sql stable as $$
    select count(*) filter (where d.decided = 'upheld')::int, count(*)::int from (
        select r.decided from report r where r.reporter = p_reporter and r.decided is not null order by r.created_at desc limit 100) d
$$;

-- A reporter counts once, with the first report; of a network the two heaviest count.
create function weigh_case(p_case uuid) returns table (score double precision, reports int, reporters int, networks int)
language sql stable as $$
    with first as (
        select distinct on (r.reporter) r.reporter, coalesce(r.origin_key, '') as network, r.weight
        from report r where r.case_id = p_case order by r.reporter, r.created_at, r.report_id),
    ranked as (select f.*, row_number() over (partition by f.network order by f.weight desc) as place from first f)
    select coalesce(sum(f.weight) filter (where f.place <= 2), 0), (select count(*)::int from report r where r.case_id = p_case),
        count(*)::int, count(distinct f.network)::int
    from ranked f
$$;

-- Lines of chat without those of some people; null when none are left.
create function lines_without(p_chat jsonb, p_users uuid[]) returns jsonb language sql immutable as $$
    select jsonb_agg(x.line order by x.n) from jsonb_array_elements(p_chat) with ordinality x(line, n)
    where (x.line ->> 'from')::uuid <> all (p_users)
$$;

-- Files what somebody reports about the other person of a call, in one round trip: the report with what is known of the call,
-- a block, the weight of the case, and at p_hold_at a hold. Outcomes: filed (also when it was filed before: once for each call)
-- | not_found (no such call, none of theirs, or over for longer than p_within) | rate_limited (p_max within p_period).
create function file_report(
    p_report uuid, p_call uuid, p_reporter uuid, p_session uuid, p_reason text, p_note text, p_within interval,
    p_max int, p_period interval, p_lines int, p_hold_at double precision, p_hold_text text, p_hold_for interval)
returns table (
    outcome text, report_id uuid, reported uuid, is_new boolean, is_blocked boolean, measure_id uuid, retry_after double precision)
language plpgsql as $$
#variable_conflict use_column
declare
    v_call call;
    v_reported uuid;
    v_users uuid[];
    v_now timestamptz;
    v_wait double precision;
    v_card jsonb;
    v_case uuid;
    v_score double precision;
    v_reasons jsonb;
    v_measure uuid;
begin
    select case c.initiator when p_reporter then c.other else c.initiator end into v_reported
        from call c where c.call_id = p_call and p_reporter in (c.initiator, c.other);
    v_users := array[p_reporter, v_reported];
    if v_reported is not null then
        perform lock_users(v_users);
    end if;
    return query select 'filed', r.report_id, r.reported, false, is_blocked(p_reporter, r.reported), null::uuid, null::double precision
        from report r where r.call_id = p_call and r.reporter = p_reporter;
    if found then
        perform unlock_users(v_users) where v_reported is not null;
        return;
    elsif v_reported is null then
        return query select 'not_found', null::uuid, null::uuid, false, false, null::uuid, null::double precision;
        return;
    end if;

    -- The call is not archived until this is committed; and whoever erases an account waits, and finds what is written here.
    select c.* into v_call from call c
        where c.call_id = p_call and (c.ended_at is null or c.ended_at > clock_timestamp() - p_within)
        for key share;
    perform 1 from app_user u where u.user_id = any (v_users) order by u.user_id for key share;
    if v_call.call_id is null then
        perform unlock_users(v_users);
        return query select 'not_found', null::uuid, null::uuid, false, false, null::uuid, null::double precision;
        return;
    end if;
    v_now := clock_timestamp();
    select extract(epoch from min(x.created_at) + p_period - v_now) into v_wait from (
        select r.created_at from report r where r.reporter = p_reporter and r.created_at > v_now - p_period
        order by r.created_at desc limit p_max) x
        having count(*) = p_max;
    if found then
        perform unlock_users(v_users);
        return query select 'rate_limited', null::uuid, null::uuid, false, false, null::uuid, v_wait;
        return;
    end if;

    -- Beyond the limit of blocks too: nobody has to meet again whom they have reported.
    insert into block (blocker, blocked)
        select p_reporter, v_reported where exists (select 1 from app_user u where u.user_id = v_reported)
        on conflict do nothing;

    v_card := card(v_reported);
    insert into review_case as k (case_id, subject, subject_name, opened_at, updated_at, is_urgent, is_locked)
        values (gen_random_uuid(), v_reported, v_card ->> 'name', v_now, v_now, p_reason = 'minor_safety', p_reason = 'minor_safety')
        on conflict (subject) where closed_at is null do update set
            updated_at = excluded.updated_at, subject_name = excluded.subject_name,
            is_urgent = k.is_urgent or excluded.is_urgent, is_locked = k.is_locked or excluded.is_locked
        returning k.case_id into v_case;
    insert into report (
            report_id, call_id, reporter, reported, case_id, reason, note, created_at, origin_key, weight, earlier,
            reporter_card, reported_card, call_started_at, call_seconds, call_origin, call_reason, chat)
        select p_report, p_call, p_reporter, v_reported, v_case, p_reason, p_note, v_now,
            (select s.origin_key from login_session s where s.session_id = p_session),
            (select reporter_weight(a.agreed, a.decided) from accuracy_of(p_reporter) a),
            (select count(*)::int from report r where r.reported = v_reported),
            card(p_reporter), v_card, v_call.started_at,
            floor(extract(epoch from coalesce(v_call.ended_at, least(v_call.ends_at, v_now)) - v_call.started_at))::int,
            v_call.origin, v_call.reason,
            (select jsonb_agg(jsonb_build_object('from', l.sender, 'text', l.text, 'at', l.sent_at) order by l.number) from (
                select m.sender, m.text, m.sent_at, m.number from chat_message m where m.call_id = p_call order by m.number desc limit p_lines) l);
    update review_case k set (score, reports, reporters, networks) = (select w.score, w.reports, w.reporters, w.networks from weigh_case(v_case) w),
            reasons = k.reasons || jsonb_build_object(p_reason, coalesce((k.reasons ->> p_reason)::int, 0) + 1),
            keeps_chat = k.keeps_chat or exists (select 1 from report r where r.report_id = p_report and r.chat is not null)
        where k.case_id = v_case returning k.score, k.reasons into v_score, v_reasons;

    -- Held, never banned: that is for people to decide. And not once more when somebody has looked and let the person go.
    if v_score >= p_hold_at and barred_by(v_reported) is null
        and exists (select 1 from app_user u where u.user_id = v_reported)
        and not exists (select 1 from measure m where m.case_id = v_case and m.decided_by is null and m.lifted_at is not null) then
        select m.measure_id into v_measure from take_measure(
            gen_random_uuid(), v_reported, 'hold',
            (select e.key from jsonb_each_text(v_reasons) e order by e.value::int desc, e.key limit 1),
            p_hold_text, v_case, null, extract(epoch from p_hold_for)::double precision) m;
    end if;
    perform unlock_users(v_users);
    return query select 'filed', p_report, v_reported, true, is_blocked(p_reporter, v_reported), v_measure, null::double precision;
end $$;

-- Outcomes of what is done with a case: done (also when it was done before) | not_found | claimed (by somebody else) |
-- already_decided. Each is in the audit, unless it changed nothing.
create function claim_case(p_case uuid, p_actor uuid) returns text language plpgsql as $$
declare
    v review_case;
begin
    select * into v from review_case where case_id = p_case for update;
    if not found then
        return 'not_found';
    elsif v.closed_at is not null then
        return 'already_decided';
    elsif v.claimed_by is not null then
        return case v.claimed_by when p_actor then 'done' else 'claimed' end;
    end if;
    update review_case set claimed_by = p_actor, claimed_at = clock_timestamp(), acted_at = coalesce(acted_at, clock_timestamp())
        where case_id = p_case;
    perform audit(p_actor, 'case.claim', p_case::text, jsonb_build_object('subject', v.subject));
    return 'done';
end $$;

-- p_others: also what somebody else has claimed.
create function release_case(p_case uuid, p_actor uuid, p_others boolean) returns text language plpgsql as $$
declare
    v review_case;
begin
    select * into v from review_case where case_id = p_case for update;
    if not found then
        return 'not_found';
    elsif v.closed_at is not null then
        return 'already_decided';
    elsif v.claimed_by is null then
        return 'done';
    elsif v.claimed_by <> p_actor and not p_others then
        return 'claimed';
    end if;
    update review_case set claimed_by = null, claimed_at = null where case_id = p_case;
    perform audit(p_actor, 'case.release', p_case::text, jsonb_build_object('subject', v.subject, 'claimedBy', v.claimed_by));
    return 'done';
end $$;

-- Decides all reports of a case: they never count again, and the next one about the person opens another case. The hold that
-- they caused ends when they were dismissed, and when somebody has taken a measure of their own for this case.
create function close_case(p_case uuid, p_actor uuid, p_outcome text, p_note text) returns text language plpgsql as $$
declare
    v review_case;
    v_holds uuid[];
begin
    select * into v from review_case where case_id = p_case for update;
    if not found then
        return 'not_found';
    elsif v.closed_at is not null then
        return case v.outcome when p_outcome then 'done' else 'already_decided' end;
    elsif v.claimed_by <> p_actor then
        return 'claimed';
    end if;
    update review_case set
        closed_at = clock_timestamp(), closed_by = p_actor, outcome = p_outcome, note = p_note, updated_at = clock_timestamp(),
        acted_at = coalesce(acted_at, clock_timestamp()),
        is_locked = is_locked and p_outcome = 'upheld'
        where case_id = p_case returning * into v;
    update report set decided = p_outcome where case_id = p_case;
    if not v.is_locked then
        -- Of somebody who has erased the account nothing stays that they wrote, once it is decided.
        update report r set
            chat = lines_without(r.chat, gone.users), note = case when r.reporter = any (gone.users) then null else r.note end
            from (
                select g.report_id, array_agg(u.user_id) as users
                from report g cross join lateral (values (g.reporter), (g.reported)) u(user_id)
                where g.case_id = p_case and not exists (select 1 from app_user a where a.user_id = u.user_id)
                group by g.report_id) gone
            where r.report_id = gone.report_id;
    end if;
    -- All locks on measures before the first entry of the audit.
    select array_agg(h.measure_id) into v_holds from (
        select m.measure_id from measure m
        where m.case_id = p_case and m.decided_by is null and m.lifted_at is null and (
            p_outcome = 'dismissed' or exists (select 1 from measure o where o.case_id = p_case and o.decided_by is not null))
        order by m.measure_id for update) h;
    perform lift_measure(h, p_actor, 'its case was closed') from unnest(v_holds) h;
    perform audit(p_actor, 'case.' || p_outcome, p_case::text, jsonb_build_object('subject', v.subject, 'reports', v.reports, 'note', p_note));
    return 'done';
end $$;

-- Nobody reads what two people wrote to each other without saying why.
create function read_report_chat(p_case uuid, p_report uuid, p_actor uuid, p_reason text) returns table (lines jsonb)
language plpgsql as $$
declare
    v_lines jsonb;
    v_reported uuid;
begin
    select coalesce(r.chat, '[]'), r.reported into v_lines, v_reported from report r where r.report_id = p_report and r.case_id = p_case;
    if found then
        perform audit(p_actor, 'case.read_chat', p_case::text, jsonb_build_object('reportId', p_report, 'subject', v_reported, 'reason', p_reason));
        return query select v_lines;
    end if;
end $$;

-- Whoever erases the account leaves reports by and about a number that names nobody. What they wrote stays as evidence as
-- long as the case is open, or locked. Here, because what is filed meanwhile would slip through anywhere else.
create function forget_in_reports() returns trigger language plpgsql as $$
begin
    perform 1 from review_case k
        where k.subject = old.user_id or k.case_id in (select r.case_id from report r where r.reporter = old.user_id)
        order by k.case_id for update;
    update review_case set subject_name = card(old.user_id) ->> 'name' where subject = old.user_id;
    update report r set
        reporter_card = case r.reporter when old.user_id then card(old.user_id) else r.reporter_card end,
        reported_card = case r.reported when old.user_id then card(old.user_id) else r.reported_card end,
        chat = case when k.closed_at is null or k.is_locked then r.chat else lines_without(r.chat, array[old.user_id]) end,
        note = case when k.closed_at is null or k.is_locked or r.reporter <> old.user_id then r.note end
        from review_case k
        where k.case_id = r.case_id and (r.reporter = old.user_id or r.reported = old.user_id);
    return null;
end $$;
create trigger app_user_forgotten after delete on app_user for each row execute function forget_in_reports();

-- Calls of two of whom one has blocked the other, as a report does: whoever should have ended them died.
create function blocked_calls(p_limit int) returns table (call_id uuid) language sql stable as $$
    select s.call_id from seat s join seat o on o.call_id = s.call_id and o.user_id <> s.user_id
    join block b on b.blocker = s.user_id and b.blocked = o.user_id
    limit p_limit
$$;

-- What retention looks for: accounts that nobody can come back to, and calls that are long over.
create index app_user_created on app_user (created_at);
create index archived_history_started on archived_history (started_at);
