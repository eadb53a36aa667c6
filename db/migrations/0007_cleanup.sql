-- When each clean-up that all instances share was last begun: whoever moves the time has the turn.
create table cleanup_turn (
    name  text primary key,
    began timestamptz not null
);
