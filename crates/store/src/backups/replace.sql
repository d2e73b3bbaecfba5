-- The restored database gets the name of the empty one, which gets another.
do $$
begin
    execute format('alter database %I rename to %I', current_setting('safeshipper.target'),
        current_setting('safeshipper.aside'));
    execute format('alter database %I rename to %I', current_setting('safeshipper.restored'),
        current_setting('safeshipper.target'));
end
$$;
