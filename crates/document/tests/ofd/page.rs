//! Where text, ruled lines and pictures of a page come to stand.

use document::page::{Rect, Turn};
use insta::assert_snapshot;

use crate::fixture::{Package, page_texts, text_object, texts};

/// Millimetres to points.
fn points(mm: f32) -> f32 {
    mm * 72.0 / 25.4
}

fn near(left: f32, right: f32) -> bool {
    (left - right).abs() < 0.05
}

#[track_caller]
fn assert_area(area: Rect, mm: [f32; 4]) {
    let want = mm.map(points);
    let have = [area.left, area.top, area.right, area.bottom];
    assert!(have.iter().zip(want).all(|(h, w)| near(*h, w)), "{have:?} is not {want:?}");
}

/// The text of the only line of a page with this `TextCode` in a text object of size 4 at (10, 20).
#[track_caller]
fn only_line(code: &str) -> document::page::Line {
    let document = Package::page(&text_object(20, 10.0, 20.0, code)).opened();
    let [line] = document.pages[0].lines.as_slice() else { panic!("not one line but {:?}", page_texts(&document, 0)) };
    line.clone()
}

#[test]
fn a_whole_page_reads_as_it_looks() {
    let document = Package::invoice().opened();
    let page = &document.pages[0];
    let mut out = format!("{:.1} x {:.1} readable {}\n", page.width, page.height, page.readable);
    for line in &page.lines {
        out += &format!(
            "{:7.2} {:7.2} {:7.2} {:7.2} {:5.2} {:?} {}\n",
            line.area.left,
            line.area.top,
            line.area.right,
            line.area.bottom,
            line.size,
            line.turn,
            line.text()
        );
    }
    for rule in &page.rules {
        out += &format!("rule {:.2} {:.2} to {:.2} {:.2}\n", rule.from.x, rule.from.y, rule.to.x, rule.to.y);
    }
    for note in &page.notes {
        out += &format!("note {:?} {}\n", note.turn, note.text());
    }
    assert_snapshot!(out);
}

#[test]
fn letters_stand_where_the_offsets_put_them() {
    let line = only_line("<ofd:TextCode X=\"1\" Y=\"4\" DeltaX=\"2 g 2 3\">1234</ofd:TextCode>");
    assert_eq!(line.text(), "1234");
    let starts: Vec<f32> = line.chars.iter().map(|c| c.area.left).collect();
    for (start, want) in starts.iter().zip([11.0, 13.0, 16.0, 19.0]) {
        assert!(near(*start, points(want)), "{starts:?}");
    }
    // 0.86 em above the baseline at 24 mm and 0.14 em below it.
    assert!(near(line.area.top, points(24.0 - 0.86 * 4.0)) && near(line.area.bottom, points(24.0 + 0.14 * 4.0)));
    assert!(near(line.size, points(4.0)));
}

#[test]
fn without_offsets_letters_are_as_wide_as_their_kind() {
    let line = only_line("<ofd:TextCode X=\"0\" Y=\"4\">金1额2</ofd:TextCode>");
    let starts: Vec<f32> = line.chars.iter().map(|c| c.area.left).collect();
    for (start, want) in starts.iter().zip([10.0, 14.0, 16.0, 20.0]) {
        assert!(near(*start, points(want)), "{starts:?}");
    }
    assert!(near(line.area.right, points(22.0)));
}

#[test]
fn text_of_any_form_is_read() {
    for (code, want) in [
        // CDATA, alone and beside text.
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3 2\"><![CDATA[A<&B]]></ofd:TextCode>", "A<&B"),
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3 2\">A&lt;<![CDATA[&B]]></ofd:TextCode>", "A<&B"),
        // Pretty-printing is no text and takes no offset.
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3 2\">\n      1234\n    </ofd:TextCode>", "1234"),
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3 2\">12\r\n      34\r\n</ofd:TextCode>", "1234"),
        // Spaces at the end are none of the value, with or without offsets of their own.
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 6 2\">1234   </ofd:TextCode>", "1234"),
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3 2\">1234   </ofd:TextCode>", "1234"),
        // Spaces inside are.
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 8 2\">1234 5678</ofd:TextCode>", "1234 5678"),
        // More offsets than letters, fewer, and some that are none.
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 99 2\">1234</ofd:TextCode>", "1234"),
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"2\">1234</ofd:TextCode>", "1234"),
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"2 x 9 9\">1234</ofd:TextCode>", "1234"),
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"2,2,2\">1234</ofd:TextCode>", "1234"),
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3\">1234</ofd:TextCode>", "1234"),
        // Runs that go on where the run before ended, or below it.
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"2\">12</ofd:TextCode><ofd:TextCode DeltaX=\"2\">34</ofd:TextCode>", "1234"),
        ("<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"2\">12</ofd:TextCode><ofd:TextCode X=\"4\" DeltaX=\"2\">34</ofd:TextCode>", "1234"),
        // The glyph numbers of an embedded font say nothing about the characters.
        (
            "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"4\" GlyphCount=\"4\"><ofd:Glyphs>9 8 7 6</ofd:Glyphs></ofd:CGTransform><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3 2\">1234</ofd:TextCode>",
            "1234",
        ),
    ] {
        assert_eq!(only_line(code).text(), want, "{code}");
    }
}

#[test]
fn a_run_may_break_into_lines_by_its_offsets() {
    let code = "<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"4 4 -8 4 4\" DeltaY=\"0 0 5 0 0\">购买方销售方</ofd:TextCode>";
    let document = Package::page(&text_object(20, 10.0, 20.0, code)).opened();
    assert_eq!(page_texts(&document, 0), ["购买方", "销售方"]);
}

#[test]
fn a_left_out_coordinate_is_that_of_the_run_before() {
    let code = "<ofd:TextCode X=\"2\" Y=\"4\" DeltaX=\"4\">甲乙</ofd:TextCode><ofd:TextCode Y=\"9\" DeltaX=\"4\">丙丁</ofd:TextCode>";
    let document = Package::page(&text_object(20, 10.0, 20.0, code)).opened();
    assert_eq!(page_texts(&document, 0), ["甲乙", "丙丁"]);
    let lefts: Vec<f32> = document.pages[0].lines.iter().map(|l| l.area.left).collect();
    assert!(lefts.iter().all(|left| near(*left, points(12.0))), "{lefts:?}");
}

#[test]
fn turned_text_runs_the_way_its_matrix_says() {
    for (matrix, turn, mm) in [
        ("1 0 0 1 0 0", Turn::None, [10.0, 23.0 - 1.72, 14.0, 23.0 + 0.28]),
        ("0 1 -1 0 0 0", Turn::Quarter, [7.0 - 0.28, 20.0, 7.0 + 1.72, 24.0]),
        ("-1 0 0 -1 0 0", Turn::Half, [6.0, 17.0 - 0.28, 10.0, 17.0 + 1.72]),
        ("0 -1 1 0 0 0", Turn::ThreeQuarters, [13.0 - 1.72, 16.0, 13.0 + 0.28, 20.0]),
    ] {
        let object = format!(
            "<ofd:TextObject ID=\"20\" Boundary=\"10 20 50 50\" CTM=\"{matrix}\" Size=\"2\"><ofd:TextCode X=\"0\" Y=\"3\" DeltaX=\"2\">合计</ofd:TextCode></ofd:TextObject>"
        );
        let document = Package::page(&object).opened();
        let [line] = document.pages[0].lines.as_slice() else { panic!("{matrix}: {:?}", page_texts(&document, 0)) };
        assert_eq!((line.text().as_str(), line.turn), ("合计", turn), "{matrix}");
        assert_area(line.area, mm);
    }
}

#[test]
fn a_matrix_scales_letters_and_offsets() {
    let object = "<ofd:TextObject ID=\"20\" Boundary=\"10 20 50 50\" CTM=\"2 0 0 2 1 0\" Size=\"2\"><ofd:TextCode X=\"0\" Y=\"3\" DeltaX=\"2\">合计</ofd:TextCode></ofd:TextObject>";
    let document = Package::page(object).opened();
    let line = &document.pages[0].lines[0];
    assert_area(line.area, [11.0, 26.0 - 3.44, 19.0, 26.0 + 0.56]);
    assert!(near(line.size, points(4.0)));
}

#[test]
fn layers_blocks_and_composite_units_are_looked_into() {
    let objects = format!(
        "<ofd:PageBlock><ofd:PageBlock>{}</ofd:PageBlock></ofd:PageBlock><ofd:CompositeObject ID=\"30\" Boundary=\"100 50 40 20\" CTM=\"0.5 0 0 0.5 0 0\" ResourceID=\"40\"/>",
        text_object(20, 10.0, 20.0, "<ofd:TextCode X=\"0\" Y=\"4\">块</ofd:TextCode>")
    );
    let unit = format!(
        "<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID=\"40\" Width=\"80\" Height=\"40\"><ofd:Content>{}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>",
        text_object(41, 10.0, 10.0, "<ofd:TextCode X=\"0\" Y=\"4\">章</ofd:TextCode>")
    );
    let document = Package::page(&objects).with("Doc_0/PublicRes.xml", crate::fixture::wrap("Res", &unit)).opened();
    assert_eq!(page_texts(&document, 0), ["块", "章"]);
    let stamp = &document.pages[0].lines[1];
    assert_area(stamp.area, [105.0, 57.0 - 1.72, 107.0, 57.0 + 0.28]);
}

#[test]
fn invisible_objects_are_left_out() {
    let seen = text_object(20, 10.0, 20.0, "<ofd:TextCode X=\"0\" Y=\"4\">见</ofd:TextCode>");
    let unseen = seen.replace("ID=\"20\"", "ID=\"21\" Visible=\"false\"").replace('见', "隐").replace("20 60 10", "40 60 10");
    let faint = seen.replace("ID=\"20\"", "ID=\"22\" Alpha=\"0\"").replace('见', "透").replace("20 60 10", "60 60 10");
    let off_page = text_object(23, 300.0, 20.0, "<ofd:TextCode X=\"0\" Y=\"4\">外</ofd:TextCode>");
    let document = Package::page(&[seen, unseen, faint, off_page].concat()).opened();
    assert_eq!(page_texts(&document, 0), ["见"]);
}

#[test]
fn transparent_text_is_read_where_there_is_no_other() {
    let faint =
        text_object(20, 10.0, 20.0, "<ofd:TextCode X=\"0\" Y=\"4\">透明</ofd:TextCode>").replace("ID=\"20\"", "ID=\"20\" Alpha=\"0\"");
    let document = Package::page(&faint).opened();
    assert_eq!(page_texts(&document, 0), ["透明"]);
}

#[test]
fn strokes_and_thin_bars_are_ruled_lines() {
    for (path, want) in [
        // A level stroke, an upright one in relative-free syntax without spaces after the operators.
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 1\"><ofd:AbbreviatedData>M 0 0.5 L 100 0.5</ofd:AbbreviatedData></ofd:PathObject>",
            vec![[10.0, 20.5, 110.0, 20.5]],
        ),
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 1 50\"><ofd:AbbreviatedData>M0.5 0L0.5 50</ofd:AbbreviatedData></ofd:PathObject>",
            vec![[10.5, 20.0, 10.5, 70.0]],
        ),
        // The sides of a rectangle, its last one closed by `C`.
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\"><ofd:AbbreviatedData>S 0 0 M 0 0 L 100 0 L 100 50 L 0 50 C</ofd:AbbreviatedData></ofd:PathObject>",
            vec![[10.0, 20.0, 110.0, 20.0], [110.0, 20.0, 110.0, 70.0], [10.0, 70.0, 110.0, 70.0], [10.0, 20.0, 10.0, 70.0]],
        ),
        // A filled bar, and two in one outline.
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\" Stroke=\"false\" Fill=\"true\"><ofd:AbbreviatedData>M 0 0 L 100 0 L 100 0.4 L 0 0.4 C M 0 10 L 100 10 L 100 10.4 L 0 10.4 C</ofd:AbbreviatedData></ofd:PathObject>",
            vec![[10.0, 20.2, 110.0, 20.2], [10.0, 30.2, 110.0, 30.2]],
        ),
        // A filled area that its clip cuts to a bar.
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\" Stroke=\"false\" Fill=\"true\"><ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary=\"0 5 80 0.4\"><ofd:AbbreviatedData>M 0 0 L 80 0 L 80 0.4 L 0 0.4 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips><ofd:AbbreviatedData>M 0 0 L 100 0 L 100 50 L 0 50 C</ofd:AbbreviatedData></ofd:PathObject>",
            vec![[10.0, 25.2, 90.0, 25.2]],
        ),
        // None: a slanted stroke, a curve, a filled area, an outline that is not painted, a dash shorter than a letter.
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\"><ofd:AbbreviatedData>M 0 0 L 100 50</ofd:AbbreviatedData></ofd:PathObject>",
            vec![],
        ),
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\"><ofd:AbbreviatedData>M 0 0 B 10 0 20 0 30 0 Q 40 0 50 0 A 10 10 0 0 1 70 0</ofd:AbbreviatedData></ofd:PathObject>",
            vec![],
        ),
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\" Stroke=\"false\" Fill=\"true\"><ofd:AbbreviatedData>M 0 0 L 100 0 L 100 50 L 0 50 C</ofd:AbbreviatedData></ofd:PathObject>",
            vec![],
        ),
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\" Stroke=\"false\"><ofd:AbbreviatedData>M 0 0 L 100 0</ofd:AbbreviatedData></ofd:PathObject>",
            vec![],
        ),
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\"><ofd:AbbreviatedData>M 0 0 L 0.9 0</ofd:AbbreviatedData></ofd:PathObject>",
            vec![],
        ),
        // What makes no sense ends the outline; what was read stays.
        (
            "<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\"><ofd:AbbreviatedData>M 0 0 L 100 0 L oops 9 L 100 50</ofd:AbbreviatedData></ofd:PathObject>",
            vec![[10.0, 20.0, 110.0, 20.0]],
        ),
        ("<ofd:PathObject ID=\"1\" Boundary=\"10 20 100 50\"><ofd:AbbreviatedData>L 100 0</ofd:AbbreviatedData></ofd:PathObject>", vec![]),
    ] {
        let document = Package::page(path).opened();
        let rules = &document.pages[0].rules;
        assert_eq!(rules.len(), want.len(), "{path}: {rules:?}");
        for (rule, mm) in rules.iter().zip(want) {
            let have = [rule.from.x, rule.from.y, rule.to.x, rule.to.y];
            assert!(have.iter().zip(mm.map(points)).all(|(h, w)| near(*h, w)), "{path}: {rule:?} is not {mm:?} mm");
        }
    }
}

#[test]
fn a_ruled_line_divides_what_stands_on_both_sides_of_it() {
    let left = text_object(20, 10.0, 20.0, "<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"4\">税率</ofd:TextCode>");
    let right = text_object(21, 18.6, 20.0, "<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"4\">税额</ofd:TextCode>");
    let rule =
        "<ofd:PathObject ID=\"1\" Boundary=\"18.3 10 1 30\"><ofd:AbbreviatedData>M 0 0 L 0 30</ofd:AbbreviatedData></ofd:PathObject>";
    let together = Package::page(&[left.clone(), right.clone()].concat()).opened();
    assert_eq!(page_texts(&together, 0), ["税率税额"]);
    let apart = Package::page(&[left, right, rule.to_owned()].concat()).opened();
    assert_eq!(page_texts(&apart, 0), ["税率", "税额"]);
}

#[test]
fn annotations_are_notes_and_never_lines() {
    let document = Package::invoice().opened();
    let page = &document.pages[0];
    assert_eq!(texts(&page.notes), ["下载次数:3"]);
    assert_eq!(page.notes[0].turn, Turn::Quarter);
    assert!(page.lines.iter().all(|line| !line.text().contains("下载")));
    let hidden = Package::invoice()
        .replace("Doc_0/Annots/Page_0/Annotation.xml", "Type=\"Watermark\"", "Type=\"Watermark\" Visible=\"false\"")
        .opened();
    assert!(hidden.pages[0].notes.is_empty());
}

#[test]
fn a_page_is_readable_when_its_characters_are_known() {
    let code = |text: &str| text_object(20, 10.0, 20.0, &format!("<ofd:TextCode X=\"0\" Y=\"4\">{text}</ofd:TextCode>"));
    for (objects, readable) in [
        (code("发票号码"), true),
        (String::new(), false),
        (code("  "), false),
        // One of twenty is unknown; two are. A private use area means something in one font only.
        (code(&format!("{}\u{FFFD}", "号".repeat(19))), true),
        (code(&format!("{}\u{FFFD}\u{FFFD}", "号".repeat(18))), false),
        (code("\u{E001}\u{E002}\u{E003}"), false),
    ] {
        assert_eq!(Package::page(&objects).opened().pages[0].readable, readable, "{objects}");
    }
}
