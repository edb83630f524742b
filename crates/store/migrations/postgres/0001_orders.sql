-- Times are milliseconds since 1970. JSON is kept as text, digit for digit and character for character as it was written.
-- Ids and numbers are compared byte by byte, wherever the database was made.
CREATE TABLE apps (
    id   text COLLATE "C" PRIMARY KEY,
    body text NOT NULL
);

CREATE TABLE sellers (
    app        text COLLATE "C" NOT NULL,
    tax_id     text COLLATE "C" NOT NULL,
    body       text NOT NULL,
    -- Apart from the body: settings and logins are written by different hands.
    login      text NOT NULL,
    login_seen bigint,
    PRIMARY KEY (app, tax_id)
);

CREATE TABLE merchants (
    app      text COLLATE "C" NOT NULL,
    merchant text COLLATE "C" NOT NULL,
    tax_id   text COLLATE "C" NOT NULL,
    PRIMARY KEY (app, merchant)
);
CREATE INDEX merchants_of_seller ON merchants (app, tax_id);

CREATE TABLE orders (
    id            uuid PRIMARY KEY,
    app           text COLLATE "C" NOT NULL,
    number        text COLLATE "C" NOT NULL,
    provider      text COLLATE "C" NOT NULL,
    seller        text COLLATE "C" NOT NULL,
    fingerprint   bytea NOT NULL,
    accepted_at   bigint NOT NULL,
    state         text COLLATE "C" NOT NULL,
    version       bigint NOT NULL,
    fence         bigint NOT NULL,
    due           bigint,
    leased_until  bigint,
    -- The later of due and leased_until: when it can be leased. NULL when there is nothing to do.
    ready         bigint,
    -- NULL when it is settled.
    waiting_since bigint,
    serial        text COLLATE "C",
    body          text NOT NULL,
    progress      text NOT NULL,
    CONSTRAINT orders_by_number UNIQUE (app, number)
);
CREATE INDEX orders_of_app ON orders (app, id);
CREATE INDEX orders_by_state ON orders (state, id);
CREATE INDEX orders_ready ON orders (ready) WHERE ready IS NOT NULL;
CREATE INDEX orders_waiting ON orders (waiting_since) WHERE waiting_since IS NOT NULL;
CREATE INDEX orders_by_serial ON orders (serial, provider) WHERE serial IS NOT NULL;

-- Orders and red letters by the number that their provider knows them under.
CREATE TABLE provider_numbers (
    number   text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    order_id uuid NOT NULL,
    PRIMARY KEY (number, provider)
);

CREATE TABLE timeline (
    order_id uuid NOT NULL,
    -- The version of the commit that wrote the entry, and the entry's place in it.
    version  bigint NOT NULL,
    place    bigint NOT NULL,
    entry    text NOT NULL,
    PRIMARY KEY (order_id, version, place)
);

CREATE TABLE events (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Its place in the feed. Given under the lock of `feed`, after the event became visible, so that no reader misses one.
    place    bigint UNIQUE,
    order_id uuid NOT NULL,
    version  bigint NOT NULL,
    app      text COLLATE "C" NOT NULL,
    event    text NOT NULL,
    UNIQUE (order_id, version)
);
CREATE INDEX events_without_place ON events (seq) WHERE place IS NULL;
CREATE INDEX events_of_app ON events (app, place);

CREATE TABLE feed (
    one  integer PRIMARY KEY CHECK (one = 1),
    last bigint NOT NULL
);
INSERT INTO feed VALUES (1, 0);

CREATE TABLE callbacks (
    order_id   uuid NOT NULL,
    version    bigint NOT NULL,
    place      bigint NOT NULL,
    target     text NOT NULL,
    state      text COLLATE "C" NOT NULL,
    attempt    bigint NOT NULL,
    fence      bigint NOT NULL,
    due        bigint,
    deliveries text NOT NULL,
    PRIMARY KEY (order_id, version, place)
);
CREATE INDEX callbacks_due ON callbacks (due) WHERE due IS NOT NULL;
CREATE INDEX callbacks_given_up ON callbacks (state) WHERE state = 'given_up';

CREATE TABLE notices (
    provider text COLLATE "C" NOT NULL,
    digest   bytea NOT NULL,
    at       bigint NOT NULL,
    claim    text NOT NULL,
    PRIMARY KEY (provider, digest)
);

CREATE TABLE tokens (
    provider    text COLLATE "C" NOT NULL,
    account     text COLLATE "C" NOT NULL,
    fence       bigint NOT NULL,
    token       bytea,
    token_fence bigint,
    expires_at  bigint,
    right_until bigint,
    -- The times of the calls that count against the budget, a JSON list.
    calls       text NOT NULL,
    PRIMARY KEY (provider, account)
);

CREATE TABLE links (
    digest     bytea PRIMARY KEY,
    order_id   uuid NOT NULL,
    place      bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX links_expire ON links (expires_at);

-- One row each: what the key of the secrets is recognised by, and what a probe writes.
CREATE TABLE key_check (
    one    integer PRIMARY KEY CHECK (one = 1),
    sealed bytea NOT NULL
);
CREATE TABLE probe (
    one integer PRIMARY KEY CHECK (one = 1),
    at  bigint NOT NULL
);
