//! The program as people run it: arguments in; standard output, standard error and exit code out.
#![allow(clippy::unwrap_used, reason = "what a test cannot do without may panic")]

use std::path::Path;
use std::process::{Command, Output};

/// A 数电票 in XML with invented parties; `number` ends its number.
fn einvoice(number: u32) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<EInvoice>
  <Header>
    <EIid>2411200000000000{number:04}</EIid>
    <EInvoiceTag>SWEI3200</EInvoiceTag>
    <Version>0.2</Version>
    <InherentLabel>
      <InIssuType><LabelCode>Y</LabelCode><LabelName>是否蓝字发票</LabelName></InIssuType>
      <EInvoiceType><LabelCode>01</LabelCode><LabelName>电子发票</LabelName></EInvoiceType>
      <GeneralOrSpecialVAT><LabelCode>02</LabelCode><LabelName>普通发票</LabelName></GeneralOrSpecialVAT>
    </InherentLabel>
  </Header>
  <EInvoiceData>
    <SellerInformation><SellerIdNum>91110000MA00FAPA0T</SellerIdNum><SellerName>演示停车场管理有限公司</SellerName></SellerInformation>
    <BuyerInformation><BuyerIdNum>91310000MA00FAPB09</BuyerIdNum><BuyerName>样张贸易有限公司</BuyerName></BuyerInformation>
    <BasicInformation>
      <TotalAmWithoutTax>100.00</TotalAmWithoutTax><TotalTaxAm>6.00</TotalTaxAm>
      <TotalTax-includedAmount>106.00</TotalTax-includedAmount>
      <TotalTax-includedAmountInChinese>壹佰零陆圆整</TotalTax-includedAmountInChinese>
      <Drawer>张样</Drawer><RequestTime>2024-01-02</RequestTime>
    </BasicInformation>
    <IssuItemInformation>
      <ItemName>*经营租赁*停车费</ItemName><Quantity>2</Quantity><UnPrice>50</UnPrice>
      <Amount>100.00</Amount><TaxRate>0.06</TaxRate><ComTaxAm>6.00</ComTaxAm>
    </IssuItemInformation>
    <AdditionalInformation><Remark></Remark></AdditionalInformation>
  </EInvoiceData>
  <TaxSupervisionInfo>
    <InvoiceNumber>2411200000000000{number:04}</InvoiceNumber><IssueTime>2024-01-02</IssueTime>
    <TaxBureauCode>11100000000</TaxBureauCode><TaxBureauName>国家税务总局北京市税务局</TaxBureauName>
  </TaxSupervisionInfo>
</EInvoice>"#
    )
}

/// A folder with two invoices, a damaged picture between them, and a file that is no document.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::write(folder.path().join("a.xml"), einvoice(1)).unwrap();
    std::fs::write(folder.path().join("b.png"), b"\x89PNG\r\n\x1a\nbroken").unwrap();
    std::fs::write(folder.path().join("readme.txt"), "no document").unwrap();
    std::fs::write(folder.path().join("sub/c.xml"), einvoice(2)).unwrap();
    folder
}

fn fapiao(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fapiao"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FAPIAO_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).env("XDG_DATA_HOME", folder.join("data")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_table_of_a_folder_with_a_bad_file_among_the_good() {
    let folder = folder();
    let output = fapiao(folder.path(), &["read", "."]);
    let table = text(&output.stdout);
    let line = |part: &str| table.lines().position(|line| line.contains(part)).unwrap_or_else(|| panic!("{part} is not in\n{table}"));
    assert!(line("24112000000000000001") < line("b.png"), "{table}");
    assert!(line("b.png") < line("24112000000000000002"), "{table}");
    for part in ["数电票(普通发票)", "2024年01月02日", "演示停车场管理有限公司", "样张贸易有限公司", "106.00", "✓"]
    {
        line(part);
    }
    assert!(!table.contains("readme"), "{table}");
    let errors = text(&output.stderr);
    assert!(errors.contains("not read: ./b.png: "), "{errors}");
    assert!(errors.ends_with("files: 3, invoices: 2, not read: 1\n"), "{errors}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_is_called_a_document_and_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.xml"), einvoice(1)).unwrap();
    std::fs::write(folder.path().join("link.PDF"), "<html>sign in</html>").unwrap();
    std::fs::write(folder.path().join("empty.ofd"), "").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no document").unwrap();
    let output = fapiao(folder.path(), &["read", "."]);
    let errors = text(&output.stderr);
    assert!(
        errors.contains("not read: ./link.PDF: ") && errors.contains("not read: ./empty.ofd: ") && !errors.contains("notes"),
        "{errors}"
    );
    assert!(errors.ends_with("files: 3, invoices: 1, not read: 2\n"), "{errors}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn exit_codes() {
    let folder = folder();
    for (arguments, code) in [
        (&["read", "a.xml"][..], 0),
        (&["read", "a.xml", "sub"], 0),
        (&["read", "a.xml", "b.png"], 1),
        (&["read", "a.xml", "missing.pdf"], 1),
        (&["read", "readme.txt"], 1),
        (&["read"], 2),
        (&["read", "a.xml", "--format", "pdf"], 2),
        (&["read", "a.xml", "--output", "no/such/folder.json", "--format", "json"], 2),
        (&["read", "a.xml", "--config", "missing.toml"], 2),
        (&["unknown"], 2),
        (&["--version"], 0),
    ] {
        let output = fapiao(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_check_tells_what_holds() {
    let folder = folder();
    let honest = fapiao(folder.path(), &["check", "a.xml"]);
    let said = text(&honest.stdout);
    assert!(said.contains("24112000000000000001") && said.contains("ok") && !said.contains("FAIL"), "{said}");
    assert_eq!(honest.status.code(), Some(0), "{}", text(&honest.stderr));

    // net and tax no longer make the total, nor do the words say it
    std::fs::write(folder.path().join("forged.xml"), einvoice(3).replace(">106.00<", ">906.00<")).unwrap();
    let forged = fapiao(folder.path(), &["check", "forged.xml", "a.xml", "b.png", "--json"]);
    let files: Vec<serde_json::Value> = text(&forged.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let holds: Vec<_> = files.iter().map(|file| (file["file"].as_str().unwrap(), file["holds"].as_bool().unwrap())).collect();
    assert_eq!(holds, [("forged.xml", false), ("a.xml", true), ("b.png", false)]);
    let failing = files[0]["checks"].as_array().unwrap().iter().filter(|check| check["holds"] == false).count();
    assert!(failing > 0 && files[0]["error"].is_null(), "{}", files[0]);
    assert!(files[2]["error"].as_str().is_some_and(|error| !error.is_empty()));
    assert!(text(&forged.stderr).ends_with("files: 3, in which something does not hold: 2\n"));
    assert_eq!(forged.status.code(), Some(1));
}

#[test]
fn json_is_what_the_recognition_api_gives() {
    let folder = folder();
    let output = fapiao(folder.path(), &["read", ".", "--format", "json"]);
    let files: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(files.as_array().unwrap().len(), 3);
    let result = &files[0]["results"][0];
    assert_eq!(result["type"], "10108");
    assert_eq!(result["details"]["total"], "106.00");
    assert_eq!(result["details"]["items"][0]["name"], "*经营租赁*停车费");
    assert!(result["extra"].get("fields").is_none());
    assert!(files[1]["error"].as_str().is_some_and(|error| !error.is_empty()));

    let output = fapiao(folder.path(), &["read", "a.xml", "--format", "json", "--verbose"]);
    let files: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(files[0]["results"][0]["extra"]["fields"]["total"]["source"], "e_invoice_xml");
}

#[test]
fn csv_has_a_line_per_invoice_and_per_failure() {
    let folder = folder();
    let output = fapiao(folder.path(), &["read", ".", "--format", "csv", "--output", "out.csv"]);
    assert!(output.stdout.is_empty());
    let mut csv = csv::Reader::from_path(folder.path().join("out.csv")).unwrap();
    let at = |name: &str, headers: &csv::StringRecord| headers.iter().position(|head| head == name).unwrap_or_else(|| panic!("no {name}"));
    let headers = csv.headers().unwrap().clone();
    let rows: Vec<_> = csv.records().map(Result::unwrap).collect();
    let column = |name: &str| rows.iter().map(|row| row[at(name, &headers)].to_owned()).collect::<Vec<_>>();
    assert_eq!(column("number"), ["24112000000000000001", "", "24112000000000000002"]);
    assert_eq!(column("type"), ["10108", "", "10108"]);
    assert_eq!(column("total"), ["106.00", "", "106.00"]);
    assert_eq!(column("error").iter().filter(|error| !error.is_empty()).count(), 1);
}

#[test]
fn a_workbook_has_a_sheet_of_invoices_and_one_of_items() {
    use calamine::{Data, Reader, Xlsx, open_workbook};
    let folder = folder();
    fapiao(folder.path(), &["read", ".", "--format", "xlsx", "--output", "out.xlsx"]);
    let mut workbook: Xlsx<_> = open_workbook(folder.path().join("out.xlsx")).unwrap();
    assert_eq!(workbook.sheet_names(), ["发票", "明细"]);
    for (sheet, head, rows, expected) in [("发票", "发票号码", 3, "24112000000000000001"), ("明细", "发票号码", 2, "24112000000000000001")]
    {
        let range = workbook.worksheet_range(sheet).unwrap();
        let mut lines = range.rows();
        let heads = lines.next().unwrap();
        let lines: Vec<_> = lines.collect();
        assert_eq!(lines.len(), rows, "{sheet}");
        let at = heads.iter().position(|cell| cell == &Data::String(head.to_owned())).unwrap_or_else(|| panic!("no {head} in {heads:?}"));
        assert_eq!(lines[0][at], Data::String(expected.to_owned()), "a number of 20 digits stays text");
        assert!(lines[0].contains(&Data::Float(100.0)), "an amount is a number: {:?}", lines[0]);
    }
}

#[test]
fn the_doctor_says_what_is_missing_and_what_mends_it() {
    let folder = folder();
    let output = fapiao(folder.path(), &["doctor", "--models", "nowhere"]);
    let findings = text(&output.stdout);
    assert!(findings.contains("FAIL  models") && findings.contains("make models"), "{findings}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn settings_that_are_wrong_are_named() {
    let folder = folder();
    for (settings, part) in [
        ("lisen = \"x\"", "lisen"),
        ("window = \"long\"", "window"),
        ("[[apps]]\nkey = \"a\"", "secret"),
        ("[fetch]\nallow = [\"10.0.0.0/99\"]", "allow"),
    ] {
        std::fs::write(folder.path().join("fapiao.toml"), settings).unwrap();
        let output = fapiao(folder.path(), &["serve", "--config", "fapiao.toml", "--listen", "127.0.0.1:0"]);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{settings}: {errors}");
        assert!(errors.contains(part), "{settings}: {errors}");
    }
}

/// The settings that the documentation shows can be used as they stand.
#[test]
fn the_documented_settings() {
    let documented = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/fapiao.toml");
    let output = fapiao(Path::new("."), &["doctor", "--config", documented]);
    let findings = text(&output.stdout);
    assert!(findings.contains("ok    apps"), "{findings}{}", text(&output.stderr));
}
