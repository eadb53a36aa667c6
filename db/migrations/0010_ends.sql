-- As before, and says whether it was this statement that closed a call: of several instances that end the same one, that
-- one counts it. And a call that waits for its rows does not grow longer meanwhile than its two people were told.
drop function end_calls(uuid[], text[], double precision[], int, int, interval, interval);

create function end_calls(
    p_call uuid[], p_reason text[], p_ago double precision[], p_history_from int, p_short_below int, p_short interval, p_long interval)
returns table (call_id uuid, seconds int, recorded boolean, reason text, cooldown_until timestamptz, rev int, closed boolean)
language plpgsql as $$
#variable_conflict use_column
declare
    v_closed uuid[];
begin
    perform 1 from call c where c.call_id = any (p_call) and c.ended_at is null order by c.call_id for update;
    with closed as (
        update call c set
            ended_at = greatest(c.started_at, least(c.ends_at, statement_timestamp() - make_interval(secs => x.ago))),
            reason = x.reason, rev = c.rev + 1
        from (select distinct on (id) id, reason, ago from unnest(p_call, p_reason, p_ago) x(id, reason, ago)) x
        where c.call_id = x.id and c.ended_at is null
        returning c.call_id)
    select array_agg(call_id) into v_closed from closed;
    insert into history (user_id, call_id, partner_id, partner, started_at, seconds, reason, origin)
        select u.me, c.call_id, u.partner, card(u.partner), c.started_at, call_length(c), c.reason, c.origin
        from call c cross join lateral (values (c.initiator, c.other), (c.other, c.initiator)) u(me, partner)
        where c.call_id = any (v_closed) and call_length(c) >= p_history_from
        on conflict do nothing;
    delete from seat s where s.call_id = any (v_closed);
    insert into cooldown (low, high, until)
        select least(c.initiator, c.other), greatest(c.initiator, c.other),
            max(c.ended_at + case when c.reason = 'partner_lost' or call_length(c) < p_short_below then p_short else p_long end)
        from call c where c.call_id = any (v_closed) group by 1, 2 order by 1, 2
        on conflict (low, high) do update set until = greatest(cooldown.until, excluded.until);
    return query
        select c.call_id, call_length(c), call_length(c) >= p_history_from, c.reason, k.until, c.rev, coalesce(c.call_id = any (v_closed), false)
        from call c left join cooldown k on k.low = least(c.initiator, c.other) and k.high = greatest(c.initiator, c.other)
        where c.call_id = any (p_call) and c.ended_at is not null;
end $$;
