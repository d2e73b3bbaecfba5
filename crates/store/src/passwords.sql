-- Lets the working roles sign in, with the passwords in the settings of this transaction.
do $$
begin
    execute format('alter role safeshipper_app login password %L', current_setting('safeshipper.app_password'));
    execute format('alter role safeshipper_directory login password %L',
        current_setting('safeshipper.directory_password'));
end
$$;
