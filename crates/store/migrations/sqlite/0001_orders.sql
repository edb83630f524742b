-- Times are milliseconds since 1970. JSON columns hold what is only ever read whole; what is searched by has a column.
CREATE TABLE apps (
    id   TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sellers (
    app        TEXT NOT NULL,
    tax_id     TEXT NOT NULL,
    body       TEXT NOT NULL,
    -- Apart from the body: settings and logins are written by different hands.
    login      TEXT NOT NULL,
    login_seen INTEGER,
    PRIMARY KEY (app, tax_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE merchants (
    app      TEXT NOT NULL,
    merchant TEXT NOT NULL,
    tax_id   TEXT NOT NULL,
    PRIMARY KEY (app, merchant)
) STRICT, WITHOUT ROWID;
CREATE INDEX merchants_of_seller ON merchants (app, tax_id);

CREATE TABLE orders (
    -- The order in which they came, so that a new order is put behind the last one.
    place         INTEGER PRIMARY KEY,
    id            BLOB NOT NULL,
    app           TEXT NOT NULL,
    number        TEXT NOT NULL,
    provider      TEXT NOT NULL,
    seller        TEXT NOT NULL,
    fingerprint   BLOB NOT NULL,
    accepted_at   INTEGER NOT NULL,
    state         TEXT NOT NULL,
    version       INTEGER NOT NULL,
    fence         INTEGER NOT NULL,
    due           INTEGER,
    leased_until  INTEGER,
    -- The later of due and leased_until: when it can be leased. NULL when there is nothing to do.
    ready         INTEGER,
    -- NULL when it is settled.
    waiting_since INTEGER,
    serial        TEXT,
    body          TEXT NOT NULL,
    progress      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX orders_by_id ON orders (id);
CREATE UNIQUE INDEX orders_by_number ON orders (app, number);
CREATE INDEX orders_of_app ON orders (app, id);
CREATE INDEX orders_by_state ON orders (state, id);
CREATE INDEX orders_ready ON orders (ready) WHERE ready IS NOT NULL;
CREATE INDEX orders_waiting ON orders (waiting_since) WHERE waiting_since IS NOT NULL;
CREATE INDEX orders_by_serial ON orders (serial, provider) WHERE serial IS NOT NULL;

-- Orders and red letters by the number that their provider knows them under.
CREATE TABLE provider_numbers (
    number   TEXT NOT NULL,
    provider TEXT NOT NULL,
    order_id BLOB NOT NULL,
    PRIMARY KEY (number, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline (
    order_id BLOB NOT NULL,
    -- The version of the commit that wrote the entry, and the entry's place in it.
    version  INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    entry    TEXT NOT NULL,
    PRIMARY KEY (order_id, version, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    place    INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id BLOB NOT NULL,
    version  INTEGER NOT NULL,
    app      TEXT NOT NULL,
    event    TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_id ON events (order_id, version);
CREATE INDEX events_of_app ON events (app, place);

CREATE TABLE callbacks (
    order_id   BLOB NOT NULL,
    version    INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    target     TEXT NOT NULL,
    state      TEXT NOT NULL,
    attempt    INTEGER NOT NULL,
    fence      INTEGER NOT NULL,
    due        INTEGER,
    deliveries TEXT NOT NULL,
    PRIMARY KEY (order_id, version, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX callbacks_due ON callbacks (due) WHERE due IS NOT NULL;
CREATE INDEX callbacks_given_up ON callbacks (state) WHERE state = 'given_up';

CREATE TABLE notices (
    provider TEXT NOT NULL,
    digest   BLOB NOT NULL,
    at       INTEGER NOT NULL,
    claim    TEXT NOT NULL,
    PRIMARY KEY (provider, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    provider    TEXT NOT NULL,
    account     TEXT NOT NULL,
    fence       INTEGER NOT NULL,
    token       BLOB,
    token_fence INTEGER,
    expires_at  INTEGER,
    right_until INTEGER,
    -- The times of the calls that count against the budget, a JSON list.
    calls       TEXT NOT NULL,
    PRIMARY KEY (provider, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
    digest     BLOB NOT NULL PRIMARY KEY,
    order_id   BLOB NOT NULL,
    place      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX links_expire ON links (expires_at);

-- One row each: what the key of the secrets is recognised by, and what a probe writes.
CREATE TABLE key_check (
    one    INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    sealed BLOB NOT NULL
) STRICT;
CREATE TABLE probe (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    at  INTEGER NOT NULL
) STRICT;
