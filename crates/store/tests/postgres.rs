//! PostgreSQL: the suite, several nodes, TLS, and what can happen to a database. A real server of Debian's package.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "this is a test")]

mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use futures_util::future::join_all;
use issue::conformance::sample::{app, at, new_order, order, to_accept};
use issue::event::{Event, Kind};
use issue::order::{AppId, Order, OrderId, OrderNumber, Progress, State};
use issue::secret::Secret;
use issue::store::{Acceptance, Change, Claim, Committed, Store, StoreError};
use server::Server;
use store::{OpenError, Postgres, PostgresSettings};

fn settings(url: &str) -> PostgresSettings {
    PostgresSettings { connections: 4, batches: 2, ..PostgresSettings::new(Secret::new(url)) }
}

async fn open(url: &str) -> Postgres {
    Postgres::open(settings(url)).await.unwrap()
}

fn claim(now: i64, until: i64, limit: usize) -> Claim {
    Claim { worker: "w".to_owned(), now: at(now), until: at(until), limit }
}

/// The order is issued, told to nobody, and has nothing more to do.
fn issued(order: &Order) -> Change {
    let from = order.progress.version;
    let progress = Progress { state: State::Issued, version: from + 1, due: None, leased_until: None, ..order.progress.clone() };
    let event = Event::of(order, &progress, Kind::Issued);
    Change { order: order.id, from, progress, entries: Vec::new(), event: Some(event), callbacks: Vec::new(), reversal_numbers: Vec::new() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_a_store() {
    let Some(server) = Server::start() else { return };
    for (place, case) in issue::conformance::cases().into_iter().enumerate() {
        println!("{}", case.name);
        let store = open(&server.schema(&format!("case{place}"))).await;
        case.run(Arc::new(store)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_is_migrated_once_and_only_by_us() {
    let Some(server) = Server::start() else { return };
    let url = server.schema("nodes");
    // Four nodes start at once on an empty database.
    let nodes = join_all((0..4).map(|_| open(&url))).await;
    nodes[0].put_app(&app("demo")).await.unwrap();
    assert_eq!(nodes[3].apps().await.unwrap(), [app("demo")]);
    server.sql("INSERT INTO nodes.migrations VALUES (99, 'later', 'x')");
    let refused = Postgres::open(settings(&url)).await.unwrap_err();
    assert!(matches!(refused, OpenError::Newer { applied: 99, known: 1, .. }), "{refused}");
    server.sql("DELETE FROM nodes.migrations WHERE id = 99; UPDATE nodes.migrations SET checksum = 'y'");
    let refused = Postgres::open(settings(&url)).await.unwrap_err();
    assert!(matches!(refused, OpenError::Foreign { id: 1, .. }), "{refused}");
    // Tables of somebody else are left alone.
    let url = server.schema("foreign_tables");
    server.sql("CREATE TABLE foreign_tables.orders (mine int)");
    let refused = Postgres::open(settings(&url)).await.unwrap_err();
    assert!(matches!(refused, OpenError::Engine { .. }), "{refused}");
    assert_eq!(server.sql("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'foreign_tables'"), "1");
    let nowhere = server.url().replace("/postgres?", "/nowhere?");
    let refused = Postgres::open(settings(&nowhere)).await.unwrap_err();
    assert!(refused.to_string().contains("nowhere"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_are_synchronous_whatever_the_default_and_bad_orders_fail_alone() {
    let Some(server) = Server::start() else { return };
    server.sql("ALTER DATABASE postgres SET synchronous_commit = off");
    let store = open(&server.schema("alone")).await;
    server.sql(
        "CREATE FUNCTION alone.told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                INSERT INTO alone.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$; \
                CREATE TABLE alone.seen (mode text); \
                CREATE TRIGGER told AFTER INSERT ON alone.orders FOR EACH ROW EXECUTE FUNCTION alone.told()",
    );
    let mut orders: Vec<_> = (0..100).map(|id| new_order(id, "demo", &id.to_string())).collect();
    // An id that is taken under another number; a number that no text of PostgreSQL can hold; one that no index can.
    orders[50].order.id = orders[3].order.id;
    orders[60].order.number = OrderNumber::from("a\0b");
    orders[70].order.number =
        OrderNumber((0..40_000_u32).map(|at| char::from(b'!' + (at.wrapping_mul(2_654_435_761) >> 24) as u8 % 90)).collect());
    // Orders that arrive together are stored in no promised order: the id is taken before they come.
    store.accept(&orders[3]).await.unwrap();
    let accepted = join_all(orders.iter().map(|order| store.accept(order))).await;
    for (place, accepted) in accepted.into_iter().enumerate() {
        let fails = [50, 60, 70].contains(&place);
        assert_eq!(matches!(&accepted, Err(StoreError::Failed(_))), fails, "{place}: {accepted:?}");
    }
    assert_eq!(store.tally().await.unwrap().orders, [(State::Accepted, 97)]);
    assert_eq!(server.sql("SELECT DISTINCT mode FROM alone.seen"), "on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_waiting_orders_are_busy() {
    let Some(server) = Server::start() else { return };
    let store = Postgres::open(PostgresSettings { waiting: 4, ..settings(&server.schema("busy")) }).await.unwrap();
    let orders: Vec<_> = (0..64).map(|id| new_order(id, "demo", &id.to_string())).collect();
    let accepted = join_all(orders.iter().map(|order| store.accept(order))).await;
    let stored = accepted.iter().filter(|accepted| matches!(accepted, Ok(Acceptance::Fresh(_)))).count();
    let busy = accepted.iter().filter(|accepted| matches!(accepted, Err(StoreError::Busy(_)))).count();
    assert!(stored + busy == 64 && stored >= 4 && busy > 0, "{stored} stored, {busy} busy");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_of_the_feed_misses_an_event() {
    let Some(server) = Server::start() else { return };
    let url = server.schema("feed");
    let store = open(&url).await;
    for id in 0..3 {
        store.accept(&new_order(id, "demo", &id.to_string())).await.unwrap();
    }
    // A transaction that draws its number first and commits last.
    let (slow, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let first = issued(&order(0, "demo", "0")).event.unwrap();
    slow.batch_execute("BEGIN").await.unwrap();
    let text = serde_json::to_string(&first).unwrap();
    let id = uuid::Uuid::from_u128(0);
    slow.execute("INSERT INTO events (order_id, version, app, event) VALUES ($1, 2, 'demo', $2)", &[&id, &text]).await.unwrap();
    store.commit(&issued(&order(1, "demo", "1"))).await.unwrap();
    let seen = store.events(None, 0, 10).await.unwrap();
    assert_eq!(seen.len(), 1);
    slow.batch_execute("COMMIT").await.unwrap();
    store.commit(&issued(&order(2, "demo", "2"))).await.unwrap();
    let later = store.events(None, seen[0].place, 10).await.unwrap();
    assert_eq!(later.iter().map(|row| row.event.id.order.0).collect::<Vec<_>>(), [0, 2]);
    // Many readers number at once, and agree.
    let all = join_all((0..8).map(|_| store.events(None, 0, 10))).await;
    assert!(all.iter().all(|events| events == &all[0]));
    drop(slow);
    connection.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_spoken_and_certificates_are_checked() {
    let Some(server) = Server::with_tls() else { return };
    let url = server.tls_url();
    // The proof of the password is bound to the certificate.
    let bound = format!("{url}&sslrootcert={}&channel_binding=require", server.authority().display());
    let store = open(&bound).await;
    store.accept(&new_order(1, "demo", "1")).await.unwrap();
    assert_eq!(
        server.sql("SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'fapiao'"),
        "t"
    );
    // An authority that the certificate is not of.
    let stranger = format!("{url}&sslrootcert={}", server.stranger().display());
    let refused = Postgres::open(settings(&stranger)).await.unwrap_err();
    assert!(matches!(&refused, OpenError::Engine { why, .. } if why.contains("certificate")), "{refused}");
    let plain = url.replace("sslmode=require", "sslmode=disable");
    assert!(Postgres::open(settings(&plain)).await.is_err());
    assert!(!refused.to_string().contains(server::PASSWORD));
}

/// A process of its own that works on the store; it is told what to do line by line and says what came of it.
struct Node {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Node {
    fn start(url: &str) -> Node {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "node", "--ignored", "--nocapture", "--test-threads=1"])
            .env("FAPIAO_TEST_NODE", url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let ask = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Node { child, ask, answers }
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.ask, "{line}").unwrap();
    }

    /// The next answer; what the test harness says around it is not meant.
    fn answer(&mut self) -> Vec<u128> {
        loop {
            let mut line = String::new();
            assert!(self.answers.read_line(&mut line).unwrap() > 0, "the node has ended");
            if let Some(ids) = line.trim().split_once("answer:").map(|(_, ids)| ids) {
                return ids.split_whitespace().map(|id| id.parse().unwrap()).collect();
            }
        }
    }

    fn do_all(nodes: &mut [Node], line: &str) -> Vec<Vec<u128>> {
        nodes.iter_mut().for_each(|node| node.tell(line));
        nodes.iter_mut().map(Node::answer).collect()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Not a test: the work of a [`Node`].
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the work of the processes that other tests start"]
async fn node() {
    let Ok(url) = std::env::var("FAPIAO_TEST_NODE") else { return };
    let store = open(&url).await;
    let say = |ids: &[u128]| println!("answer:{}", ids.iter().map(|id| format!(" {id}")).collect::<String>());
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let number = |at: usize| words[at].parse::<i64>().unwrap();
        match words[0] {
            // Accepts the numbers up to a count, as every node does; says which of them it was the first to accept.
            "accept" => {
                let salt = u128::from(std::process::id()) << 64;
                let orders: Vec<_> = (0..number(1)).map(|id| new_order(salt + id as u128, "demo", &id.to_string())).collect();
                let accepted = join_all(orders.iter().map(|order| store.accept(order))).await;
                let fresh = accepted.into_iter().filter_map(|accepted| match accepted.unwrap() {
                    Acceptance::Fresh(order) => Some(order.number.as_str().parse().unwrap()),
                    _ => None,
                });
                say(&fresh.collect::<Vec<u128>>());
            }
            // Leases and does nothing.
            "lease" => {
                let leased = store.lease(&claim(number(1), number(2), 20)).await.unwrap();
                say(&leased.iter().map(|order| order.id.0).collect::<Vec<_>>());
            }
            // Issues whatever it can lease.
            "issue" => {
                let mut done = Vec::new();
                loop {
                    let leased = store.lease(&claim(number(1), number(2), 7)).await.unwrap();
                    if leased.is_empty() {
                        break;
                    }
                    for order in leased {
                        if store.commit(&issued(&order)).await.unwrap() == Committed::Done {
                            done.push(order.id.0);
                        }
                    }
                }
                say(&done);
            }
            other => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_share_the_work_of_one_that_is_killed() {
    let Some(server) = Server::start() else { return };
    let url = server.schema("shared_work");
    let store = open(&url).await;
    let mut nodes: Vec<Node> = (0..3).map(|_| Node::start(&url)).collect();
    // All of them are asked for the same 300 orders at once: each order is fresh to one of them.
    let fresh: Vec<u128> = Node::do_all(&mut nodes, "accept 300").concat();
    assert_eq!(fresh.len(), 300);
    assert_eq!(fresh.into_iter().collect::<BTreeSet<_>>().len(), 300);
    // One leases and is killed with its leases.
    let mut dead = nodes.remove(0);
    dead.tell("lease 0 1000");
    let held: BTreeSet<u128> = dead.answer().into_iter().collect();
    assert_eq!(held.len(), 20);
    dead.child.kill().unwrap();
    dead.child.wait().unwrap();
    // The others do all the rest, at once, and nothing of what it holds.
    let done = Node::do_all(&mut nodes, "issue 0 1000");
    let both: BTreeSet<u128> = done.iter().flatten().copied().collect();
    assert_eq!((both.len(), done.concat().len()), (280, 280));
    assert!(both.is_disjoint(&held));
    assert_eq!(Node::do_all(&mut nodes, "issue 999 2000").concat(), [0; 0]);
    // When its leases have ended, what it held is done as well.
    let rest: BTreeSet<u128> = Node::do_all(&mut nodes, "issue 1000 2000").concat().into_iter().collect();
    assert_eq!(rest, held);
    assert_eq!(store.tally().await.unwrap().orders, [(State::Issued, 300)]);
    let told: BTreeMap<u128, u64> =
        store.events(None, 0, 1000).await.unwrap().iter().map(|row| (row.event.id.order.0, row.place)).collect();
    assert_eq!(told.len(), 300);
    assert_eq!(told.values().copied().collect::<BTreeSet<_>>(), (1..=300).collect());
    for id in &held {
        let order = store.order_by_id(OrderId(*id)).await.unwrap().unwrap();
        assert_eq!((order.progress.fence, order.progress.version), (2, 4));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_is_told_and_comes_back() {
    let Some(mut server) = Server::start() else { return };
    let store = open(&server.schema("away")).await;
    store.accept(&new_order(1, "demo", "1")).await.unwrap();
    server.stop();
    let refused = store.accept(&to_accept(order(2, "demo", "2"))).await.unwrap_err();
    assert!(matches!(refused, StoreError::Busy(_) | StoreError::Unsure(_)), "{refused}");
    assert!(store.probe(at(0)).await.is_err());
    server.again();
    assert!(store.order(&AppId::from("demo"), &OrderNumber::from("1")).await.unwrap().is_some());
    assert!(matches!(store.accept(&new_order(2, "demo", "2")).await.unwrap(), Acceptance::Fresh(_)));
}
