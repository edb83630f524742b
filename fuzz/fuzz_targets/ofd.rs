//! Bytes into `document::open`, meant for the OFD reader, within a small budget; the first page is drawn small. Bytes that begin as a
//! zip are taken as they are. Of all others the first says which entry of a small package the rest takes the place of, since hardly
//! any change to a compressed entry comes out of it as text.
#![no_main]

use std::io::{Cursor, Write};
use std::time::Duration;

use document::budget::Budget;
use libfuzzer_sys::fuzz_target;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A package in which every part that the reader knows is used.
const ENTRIES: [(&str, &str); 15] = [
    (
        "Doc_0/Pages/Page_0/Content.xml",
        r#"<Page><Template TemplateID="2"/><Content><Layer ID="5"><TextObject ID="20" Boundary="10 10 50 5" Font="3" Size="4"><TextCode X="0" Y="4" DeltaX="g 3 2">1234</TextCode></TextObject><ImageObject ID="21" Boundary="0 0 9 9" ResourceID="6"/><CompositeObject ID="22" Boundary="0 0 9 9" ResourceID="8"/></Layer></Content></Page>"#,
    ),
    (
        "Doc_0/Tpls/Tpl_0/Content.xml",
        r#"<Page><Content><Layer DrawParam="7"><PathObject ID="12" Boundary="5 40 99 1" Fill="true"><Clips><Clip><Area><Path Boundary="0 0 9 9"><AbbreviatedData>M 0 0 L 9 9</AbbreviatedData></Path></Area></Clip></Clips><AbbreviatedData>M 0 0 L 9 0 B 1 1 2 2 3 3 Q 4 4 5 5 A 1 1 0 0 1 9 9 C</AbbreviatedData></PathObject></Layer></Content></Page>"#,
    ),
    (
        "OFD.xml",
        r#"<OFD><DocBody><DocInfo><CustomDatas><CustomData Name="a">1</CustomData></CustomDatas></DocInfo><DocRoot>Doc_0/Document.xml</DocRoot><Signatures>Doc_0/Signs/Signatures.xml</Signatures></DocBody></OFD>"#,
    ),
    (
        "Doc_0/Document.xml",
        r#"<Document><CommonData><PageArea><PhysicalBox>0 0 210 140</PhysicalBox></PageArea><PublicRes>PublicRes.xml</PublicRes><TemplatePage ID="2" BaseLoc="Tpls/Tpl_0/Content.xml"/></CommonData><Pages><Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></Pages><Annotations>Annotations.xml</Annotations><Attachments>Attachs/Attachments.xml</Attachments><CustomTags>CustomTags.xml</CustomTags></Document>"#,
    ),
    (
        "Doc_0/PublicRes.xml",
        r#"<Res BaseLoc="Res"><ColorSpaces><ColorSpace ID="1" Type="RGB"/></ColorSpaces><DrawParams><DrawParam ID="7" Relative="7" LineWidth="1"><FillColor Value="1 2 3" ColorSpace="1"/></DrawParam></DrawParams><Fonts><Font ID="3"><FontFile>font.ttf</FontFile></Font></Fonts><MultiMedias><MultiMedia ID="6"><MediaFile>image</MediaFile></MultiMedia></MultiMedias><CompositeGraphicUnits><CompositeGraphicUnit ID="8"><Content><PageBlock/></Content></CompositeGraphicUnit></CompositeGraphicUnits></Res>"#,
    ),
    ("Doc_0/Tag.xml", r#"<root><GoodsInfo><Item><ObjectRef PageRef="1">20</ObjectRef></Item></GoodsInfo><GoodsInfo/></root>"#),
    ("Doc_0/CustomTags.xml", r#"<CustomTags><CustomTag><FileLoc>Tag.xml</FileLoc></CustomTag></CustomTags>"#),
    ("Doc_0/Annotations.xml", r#"<Annotations><Page PageID="1"><FileLoc>Annotation.xml</FileLoc></Page></Annotations>"#),
    (
        "Doc_0/Annotation.xml",
        r#"<PageAnnot><Annot><Appearance Boundary="9 9 9 9"><TextObject CTM="0 1 -1 0 3 0" Size="3"><TextCode X="0" Y="2">1</TextCode></TextObject></Appearance></Annot></PageAnnot>"#,
    ),
    ("Doc_0/Attachs/Attachments.xml", r#"<Attachments><Attachment ID="1"><FileLoc>a</FileLoc></Attachment></Attachments>"#),
    ("Doc_0/Attachs/a", "<xbrl/>"),
    ("Doc_0/Signs/Signatures.xml", r#"<Signatures><Signature BaseLoc="Signature.xml"/></Signatures>"#),
    (
        "Doc_0/Signs/Signature.xml",
        r#"<Signature><SignedInfo><StampAnnot PageRef="1" Boundary="1 1 9 9" Clip="0 0 5 5"/></SignedInfo><SignedValue>SignedValue.dat</SignedValue></Signature>"#,
    ),
    ("Doc_0/Signs/SignedValue.dat", ""),
    ("Doc_0/Res/image", ""),
];

fn package(which: usize, content: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, (path, usual)) in ENTRIES.iter().enumerate() {
        writer.start_file(*path, SimpleFileOptions::default().compression_method(CompressionMethod::Stored))?;
        writer.write_all(if number == which { content } else { usual.as_bytes() })?;
    }
    Ok(writer.finish()?.into_inner())
}

fuzz_target!(|bytes: &[u8]| {
    let budget = Budget {
        time: Duration::from_secs(2),
        pixels: 250_000,
        unpacked: 16 << 20,
        glyphs: 50_000,
        elements: 50_000,
        pages: 10,
        ..Budget::default()
    };
    let built;
    let file = match bytes {
        [b'P', b'K', ..] => bytes,
        [which, content @ ..] => {
            built = package(usize::from(*which) % ENTRIES.len(), content).expect("writing to memory");
            &built
        }
        [] => return,
    };
    if let Ok(document) = document::open(file, &budget) {
        if !document.pages.is_empty() {
            let _ = document.draw(0, 36.0, &budget);
        }
    }
});
