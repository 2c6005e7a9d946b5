"""How the house runs: settings, root addresses, the command line, the supervisor and its parts, the embedded database.

Words
    supervisor  the process a person starts (`perennial up`); it holds the others and never imports Django
    part        a child of the supervisor: the `front` (answers on the port) or the `worker` (jobs and loops)
    home        the data folder, `PERENNIAL_HOME`: database, lake, files, secrets, logs
    embedded    the PostgreSQL that we start ourselves when no `DATABASE_URL` is set

Invariants
    At most two Python processes beside the supervisor.
    Nothing here is imported by another room.
    We only ever change permissions of files and folders that we made.
"""
