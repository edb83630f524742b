//! The server as a process: started, called, stopped.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what a test cannot do without may panic")]

mod process;

use std::path::Path;
use std::process::Command;

use md5::{Digest, Md5};
use process::Running;

const XML: &str = "<?xml version=\"1.0\"?><EInvoice><Header><EIid>24112000000000000001</EIid></Header><EInvoiceData/></EInvoice>";

#[test]
fn a_demo_without_models_reads_digital_documents_and_says_what_pictures_need() {
    let server = Running::start(&["--demo"]);
    let answer = server.call("demo", "demo-secret", XML.as_bytes());
    assert!(answer.contains("\"number\":\"24112000000000000001\""), "{answer}");

    let picture = {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(64, 64, image::Rgb([255, 255, 255])).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    let answer = server.call("demo", "demo-secret", &picture);
    assert!(answer.contains("\"error\":10000") && answer.contains("make models"), "{answer}");
    assert!(!answer.contains("nowhere"), "the folders are the operator's business: {answer}");

    assert!(server.call("demo", "another-secret", XML.as_bytes()).contains("\"error\":10002"));
    let ready = server.get("/readyz");
    assert!(ready.ends_with("{\"ready\":true,\"documents\":true,\"pictures\":false,\"engine\":null,\"store\":true}"), "{ready}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn apps_come_from_the_settings_and_nobody_else_may_call() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("secret"), "kept-in-a-file\n").unwrap();
    let settings = format!("[[apps]]\nkey = \"one\"\nsecret = \"its-secret\"\n[[apps]]\nkey = \"two\"\nsecret_file = {:?}\n", at("secret"));
    std::fs::write(at("fapiao.toml"), settings).unwrap();
    let server = Running::start(&["--config", &at("fapiao.toml")]);
    assert!(server.call("one", "its-secret", XML.as_bytes()).contains("identify_results"));
    assert!(server.call("two", "kept-in-a-file", XML.as_bytes()).contains("identify_results"));
    assert!(server.call("demo", "demo-secret", XML.as_bytes()).contains("\"error\":10025"));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn flags_go_before_variables_and_variables_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fapiao.toml");
    // The address of the file would not do; the flag that `start` gives does.
    std::fs::write(&file, "listen = \"nowhere.invalid:1\"\nlog = \"off\"\n[[apps]]\nkey = \"file\"\nsecret = \"s\"\n").unwrap();
    let variables = [
        ("FAPIAO_LOG", "info"),
        ("FAPIAO_APPS", "[{key=\"variable\",secret=\"v\"}]"),
        ("FAPIAO_LIMITS__QUEUE", "1"),
        ("FAPIAO_OTHER", "x"),
    ];
    let server = Running::start_with(&["--config", file.to_str().unwrap()], &variables);
    assert!(server.call("variable", "v", XML.as_bytes()).contains("identify_results"));
    assert!(server.call("file", "s", XML.as_bytes()).contains("\"error\":10025"));
    assert_eq!(server.stop(), Some(0));
}

/// Fields signed as the gate wants it, with the demo's secret. They stand in the order of their names.
fn signed(fields: &str) -> String {
    let md5 = Md5::digest(format!("{fields}&app_secret=demo-secret").as_bytes());
    let sign: String = md5.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{fields}&sign={sign}")
}

/// How an order of the demo stands at the gate.
fn detail(server: &Running, number: &str) -> String {
    let fields = format!("app_id=demo&merchant=6262666666&obtain_order={number}");
    server.get(&format!("/gate/1.0/invoice/detail?{}", signed(&fields)))
}

fn obtain(server: &Running, number: &str) -> String {
    let fields = format!(
        "app_id=demo&buyer_email=a@example.com&buyer_name=Zhang&buyer_tax_type=2&merchant=6262666666&obtain_order={number}&value=100"
    );
    server.post("/gate/1.0/invoice/obtain", &signed(&fields))
}

#[test]
fn a_demo_says_its_keys() {
    let server = Running::start(&["--demo"]);
    for line in [
        format!("at http://{}", server.address),
        "recognition: app_key=demo secret=demo-secret".to_owned(),
        "gate:        app_id=demo secret=demo-secret merchant=6262666666".to_owned(),
        "hive:        appid=demo secret=demo-secret tax_num=91110000MA00FAPA0T".to_owned(),
        "seller:      91110000MA00FAPA0T 演示停车场管理有限公司".to_owned(),
    ] {
        assert!(server.said.contains(&line), "{line}: {}", server.said);
    }
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn orders_outlive_the_server_and_known_keys_do_not_outlive_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let server = Running::start(&["--demo", "--data", data]);
    let answer = obtain(&server, "K-1");
    assert!(answer.contains("\"code\":\"1000\""), "{answer}");
    assert_eq!(server.stop(), Some(0));
    let server = Running::start(&["--demo", "--data", data]);
    let found = detail(&server, "K-1");
    assert!(found.contains("\"code\":\"1001\"") && found.contains("\"invoice_time\""), "{found}");
    assert_eq!(server.stop(), Some(0));
    // The same folder without --demo: the known key opens nothing.
    let server = Running::start(&["--data", data]);
    assert!(detail(&server, "K-1").contains("\"code\":\"1401\""));
    assert!(server.call("demo", "demo-secret", XML.as_bytes()).contains("\"error\":10025"));
    assert_eq!(server.stop(), Some(0));
    use std::os::unix::fs::PermissionsExt;
    for (file, mode) in [("", 0o700), ("key", 0o600)] {
        let found = std::fs::metadata(Path::new(data).join(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{file} is for its owner alone");
    }
}

#[test]
fn apps_of_the_settings_issue_too_until_they_are_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let start = |settings: &str| {
        std::fs::write(at("fapiao.toml"), settings).unwrap();
        Running::start(&["--config", &at("fapiao.toml"), "--data", &at("data")])
    };
    let ask = |server: &Running| {
        let fields = "app_id=one&merchant=1&obtain_order=1";
        let md5 = Md5::digest(format!("{fields}&app_secret=its-secret").as_bytes());
        let sign: String = md5.iter().map(|byte| format!("{byte:02x}")).collect();
        server.get(&format!("/gate/1.0/invoice/detail?{fields}&sign={sign}"))
    };
    let server = start("[[apps]]\nkey = \"one\"\nsecret = \"its-secret\"\n");
    // The app is known and its signature right; it has no merchant yet.
    assert!(ask(&server).contains("商户号不存在"), "{}", ask(&server));
    server.stop();
    let server = start("[[apps]]\nkey = \"one\"\nsecret = \"another-secret\"\n");
    assert!(ask(&server).contains("签名错误"));
    server.stop();
    let server = start("[[apps]]\nkey = \"two\"\nsecret = \"two\"\n");
    assert!(ask(&server).contains("\"code\":\"1401\""));
    server.stop();
}

#[test]
fn a_data_folder_belongs_to_one_server_and_is_copied_while_it_works() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let server = Running::start(&["--demo", "--data", &at("data")]);
    assert!(obtain(&server, "B-1").contains("\"code\":\"1000\""));
    let fapiao = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_fapiao")).args(arguments).env("XDG_DATA_HOME", folder.path()).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code(), said)
    };
    let (code, said) = fapiao(&["serve", "--listen", "127.0.0.1:0", "--data", &at("data")]);
    assert!(code == Some(2) && said.contains("in use by"), "{said}");
    let (code, said) = fapiao(&["backup", &at("copy.db"), "--data", &at("data")]);
    assert!(code == Some(0) && said.contains("key file"), "{said}");
    let (code, said) = fapiao(&["backup", &at("copy.db"), "--data", &at("data")]);
    assert!(code == Some(2) && said.contains("is there already"), "{said}");
    let (code, said) = fapiao(&["backup", &at("other.db"), "--data", &at("nowhere")]);
    assert!(code == Some(2) && said.contains("there are no orders"), "{said}");
    let (_, said) = fapiao(&["doctor", "--data", &at("data")]);
    assert!(said.contains("ok    orders") && said.contains("in use by") && said.contains("ok    key"), "{said}");
    assert_eq!(server.stop(), Some(0));
    // The copy, with the key beside it, is the store.
    std::fs::create_dir(at("again")).unwrap();
    std::fs::rename(at("copy.db"), at("again/orders.db")).unwrap();
    std::fs::copy(at("data/key"), at("again/key")).unwrap();
    let server = Running::start(&["--demo", "--data", &at("again")]);
    assert!(detail(&server, "B-1").contains("\"code\":\"1001\""));
    assert_eq!(server.stop(), Some(0));
    std::fs::remove_file(at("again/key")).unwrap();
    let (code, said) = fapiao(&["serve", "--listen", "127.0.0.1:0", "--data", &at("again")]);
    assert!(code == Some(2) && said.contains("put it back"), "{said}");
}
