-- A limit over all instances: their open connections are counted from the rows, so there is no counter that could drift.
create index connection_open on connection (instance_id, generation) where closed_at is null;

create function open_connections() returns int language sql stable as $$
    select count(*)::int from connection c join instance i using (instance_id, generation)
    where c.closed_at is null and i.expires_at > clock_timestamp()
$$;

-- Whether somebody who connects takes no new place (one of their own goes for it), or has something to come back to.
create function is_returning(p_user uuid, p_tab text, p_max int) returns boolean language sql stable as $$
    select count(*) >= p_max or coalesce(bool_or(c.tab = p_tab), false)
        or exists (select 1 from seat s where s.user_id = p_user)
        or exists (select 1 from ticket t where t.user_id = p_user and t.ticket_id is not null)
    from connection c where c.user_id = p_user and c.closed_at is null and is_live(c.instance_id, c.generation)
$$;

-- As before, but answers 'full' when there are p_max_of_all connections (null: no such limit) and this is a new one.
-- Those who count wait for each other until they have committed: nobody is let in on a count that leaves out somebody who
-- is just coming. They take the lock on their user before, so that all do not wait while one waits for that.
create function open_slot(
    p_user uuid, p_connection text, p_tab text, p_instance text, p_generation bigint, p_max int, p_max_of_all int)
returns table (outcome text, connection_id text) language plpgsql as $$
#variable_conflict use_column
begin
    if p_max_of_all is not null then
        perform 1 from presence p where p.user_id = p_user for update;
        if not is_returning(p_user, p_tab, p_max) then
            perform pg_advisory_xact_lock(hashtextextended('open_slot', 0));
            if open_connections() >= p_max_of_all and not exists (select 1 from connection c where c.connection_id = p_connection) then
                return query select 'full', p_connection;
                return;
            end if;
        end if;
    end if;
    return query select o.outcome, o.connection_id from open_slot(p_user, p_connection, p_tab, p_instance, p_generation, p_max) o;
end $$;
