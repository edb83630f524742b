//! 数电票 XML.

use insta::assert_json_snapshot;
use invoice::kind::Kind;

use crate::{column, mapped, payload, text, view};

/// A 数电票 with these labels, this specific information and this remark.
fn document(labels: &str, specific: &str, remark: &str) -> String {
    format!(
        "<EInvoice><Header><EIid>26990000000000000017</EIid><EInvoiceTag>SWEI9900</EInvoiceTag><Version>0.33</Version>{labels}</Header>\
         <EInvoiceData>\
         <SellerInformation><SellerIdNum>91990000MA0SAMPLE7</SellerIdNum><SellerName>样张建设有限公司</SellerName></SellerInformation>\
         <BuyerInformation><BuyerIdNum>91990000MA0SAMPLE8</BuyerIdNum><BuyerName>样张贸易有限公司</BuyerName></BuyerInformation>\
         <BasicInformation><TotalAmWithoutTax>300.00</TotalAmWithoutTax><TotalTaxAm>27.00</TotalTaxAm>\
         <TotalTax-includedAmount>327.00</TotalTax-includedAmount><RequestTime>2026-03-05 08:09:10</RequestTime></BasicInformation>\
         <IssuItemInformation><ItemName>*样张服务*甲</ItemName><Amount>100.00</Amount><TaxRate>0.09</TaxRate><ComTaxAm>9.00</ComTaxAm></IssuItemInformation>\
         <IssuItemInformation><ItemName>*样张服务*乙</ItemName><Amount>200.00</Amount><TaxRate>0.09</TaxRate><ComTaxAm>18.00</ComTaxAm></IssuItemInformation>\
         <SpecificInformation>{specific}</SpecificInformation>\
         <AdditionalInformation><Remark>{remark}</Remark></AdditionalInformation>\
         </EInvoiceData></EInvoice>"
    )
}

/// The header's label that makes an invoice special or ordinary.
fn vat(code: &str, name: &str) -> String {
    format!(
        "<InherentLabel><GeneralOrSpecialVAT><LabelCode>{code}</LabelCode><LabelName>{name}</LabelName></GeneralOrSpecialVAT></InherentLabel>"
    )
}

/// A label among the undefined ones.
fn label(name: &str) -> String {
    format!("<UndefinedLabel><Label><LabelType>9</LabelType><LabelCode>9</LabelCode><LabelName>{name}</LabelName></Label></UndefinedLabel>")
}

#[test]
fn every_field_of_a_whole_invoice() {
    let read = mapped(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>
        <EInvoice xmlns=\"urn:sample\">
          <Header>
            <EIid>26990000000000000025</EIid>
            <InherentLabel>
              <InIssuType><LabelCode>Y</LabelCode><LabelName>是蓝字发票</LabelName></InIssuType>
              <EInvoiceType><LabelCode>01</LabelCode><LabelName>电子发票</LabelName></EInvoiceType>
              <GeneralOrSpecialVAT><LabelCode>01</LabelCode><LabelName>增值税专用发票</LabelName></GeneralOrSpecialVAT>
            </InherentLabel>
            <UndefinedLabel><Label/></UndefinedLabel>
          </Header>
          <EInvoiceData>
            <SellerInformation>
              <SellerIdNum>91990000MA0SAMPLE7</SellerIdNum><SellerName>样张软件有限公司</SellerName>
              <SellerAddr>样张市样张路1号</SellerAddr><SellerTelNum>000-1234567</SellerTelNum>
              <SellerBankName>样张银行一支行</SellerBankName><SellerBankAccNum>0000 1111 2222</SellerBankAccNum>
            </SellerInformation>
            <BuyerInformation>
              <BuyerIdNum>91990000MA0SAMPLE8</BuyerIdNum><BuyerName>样张贸易（集团）有限公司</BuyerName>
              <BuyerAddr></BuyerAddr><BuyerTelNum>000-7654321</BuyerTelNum><BuyerBankName/><BuyerBankAccNum/>
            </BuyerInformation>
            <BasicInformation>
              <TotalAmWithoutTax>1980.00</TotalAmWithoutTax><TotalTaxAm>118.80</TotalTaxAm>
              <TotalTax-includedAmount>2098.80</TotalTax-includedAmount>
              <TotalTax-includedAmountInChinese>贰仟零玖拾捌圆捌角整</TotalTax-includedAmountInChinese>
              <Drawer>样张甲</Drawer><RequestTime>2026-04-30 23:59:59</RequestTime>
            </BasicInformation>
            <IssuItemInformation>
              <ItemName>*信息技术服务*样张维护费</ItemName><SpecMod>2026</SpecMod><MeaUnits>项</MeaUnits>
              <Quantity>3.00000000</Quantity><UnPrice>666.6666666666667</UnPrice><Amount>2000.00</Amount>
              <TaxRate>0.060000</TaxRate><ComTaxAm>120.00</ComTaxAm>
            </IssuItemInformation>
            <IssuItemInformation>
              <ItemName>*信息技术服务*样张维护费</ItemName><Amount>-20.00</Amount><TaxRate>0.06</TaxRate><ComTaxAm>-1.20</ComTaxAm>
            </IssuItemInformation>
            <IssuItemInformation/>
            <SpecificInformation/>
            <AdditionalInformation><Remark>合同 26-001
第二行</Remark></AdditionalInformation>
          </EInvoiceData>
          <TaxSupervisionInfo><InvoiceNumber>26990000000000000025</InvoiceNumber><IssueTime>2026-05-01 00:00:03</IssueTime></TaxSupervisionInfo>
        </EInvoice>",
    );
    assert_json_snapshot!(view(&read));
}

#[test]
fn kind_and_title_by_label() {
    let cases = [
        (vat("01", "增值税专用发票"), Kind::DigitalSpecial, "电子发票（增值税专用发票）"),
        (vat("02", "普通发票"), Kind::DigitalOrdinary, "电子发票（普通发票）"),
        (vat("", "（增值税专用发票）"), Kind::DigitalSpecial, "电子发票（增值税专用发票）"),
        (vat("02", ""), Kind::DigitalOrdinary, "电子发票（普通发票）"),
        (vat("", "机动车销售统一发票"), Kind::VehicleSale, "电子发票（机动车销售统一发票）"),
        // without any label an invoice is an ordinary one, and its title is not known
        ("<InherentLabel><GeneralOrSpecialVAT/></InherentLabel>".to_owned(), Kind::DigitalOrdinary, ""),
        (String::new(), Kind::DigitalOrdinary, ""),
    ];
    for (labels, kind, title) in cases {
        let read = mapped(&document(&labels, "", ""));
        assert_eq!((read.kind, text(&read, "title")), (Some(kind), title), "{labels}");
    }
}

#[test]
fn number_and_date_without_the_bureau_block() {
    let read = mapped(&document("", "", ""));
    assert_eq!(text(&read, "number"), "26990000000000000017");
    assert_eq!(text(&read, "date"), "2026年03月05日");
}

#[test]
fn rates_in_every_spelling() {
    for (given, expected) in [
        ("0.13", "13%"),
        ("0.130000", "13%"),
        ("13%", "13%"),
        ("0.005", "0.5%"),
        ("0", "0%"),
        ("免税", "免税"),
        ("不征税", "不征税"),
        ("***", "***"),
    ] {
        let xml = document("", "", "").replace("<TaxRate>0.09</TaxRate>", &format!("<TaxRate>{given}</TaxRate>"));
        assert_eq!(column(&mapped(&xml), "items", "tax_rate"), [expected; 2], "{given}");
    }
}

#[test]
fn untaxed_amounts_keep_their_stars() {
    let read = mapped(&document("", "", "").replace(">9.00<", ">***<").replace(">27.00<", ">*<"));
    assert_eq!(column(&read, "items", "tax"), ["***", "18.00"]);
    assert_eq!(text(&read, "tax"), "*");
}

#[test]
fn building_service_completes_every_row() {
    let specific = "<ConstructionServices><PlaceOfService>样张省样张市</PlaceOfService><DetailedAddress>样张路9号</DetailedAddress>\
        <NameOfConstructionProject>样张大桥</NameOfConstructionProject><CrossRegionSign>N</CrossRegionSign>\
        <LandVATItemNumber>000123</LandVATItemNumber></ConstructionServices>";
    let read = mapped(&document(&vat("01", ""), specific, ""));
    assert_eq!((text(&read, "service_type"), text(&read, "building_mark")), ("建筑服务", "1"));
    assert_eq!(column(&read, "items", "place_of_building_service"), ["样张省样张市样张路9号"; 2]);
    assert_eq!(column(&read, "items", "building_name"), ["样张大桥"; 2]);
}

#[test]
fn lease_gives_each_row_its_own() {
    let specific = "<RealEstateLease><RealEstateCertificateNumber>样张不动产证001</RealEstateCertificateNumber><AreaUnit>平方米</AreaUnit></RealEstateLease>\
        <RealEstateLease><RealEstateCertificateNumber>样张不动产证002</RealEstateCertificateNumber><AreaUnit>平方米</AreaUnit></RealEstateLease>";
    let read = mapped(&document("", specific, ""));
    assert_eq!(text(&read, "service_type"), "不动产经营租赁服务");
    assert_eq!(column(&read, "items", "title_certificate_number"), ["样张不动产证001", "样张不动产证002"]);
    assert_eq!(column(&read, "items", "area_unit"), ["平方米"; 2]);
}

#[test]
fn freight_and_passengers_are_transports() {
    let freight = "<FreightTransport><TransportToolType>公路运输</TransportToolType><TransportToolNumber>样A00001</TransportToolNumber>\
        <Origin>样张甲市</Origin><Destination>样张乙市</Destination><GoodsName>样张钢板</GoodsName></FreightTransport>";
    let read = mapped(&document("", freight, ""));
    assert_eq!(text(&read, "service_type"), "货物运输服务");
    for (key, value) in [
        ("transport_type", "公路运输"),
        ("transport_number", "样A00001"),
        ("from", "样张甲市"),
        ("to", "样张乙市"),
        ("goods_name", "样张钢板"),
    ] {
        assert_eq!(column(&read, "transports", key), [value], "{key}");
    }

    let trip = |who: &str| {
        format!(
            "<PassengerTransportation><Traveler>{who}</Traveler><TravelerIDType>居民身份证</TravelerIDType><ValidIDNumber>9900*******001X</ValidIDNumber>\
             <TravelDate>2026-03-04</TravelDate><Departure>样张站</Departure><Destination>样张机场</Destination>\
             <Grade>一等座</Grade><Vehicletype>火车</Vehicletype></PassengerTransportation>"
        )
    };
    let read = mapped(&document("", &(trip("样张乙") + &trip("样张丙")), ""));
    assert_eq!(text(&read, "service_type"), "旅客运输服务");
    assert_eq!(column(&read, "transports", "passenger"), ["样张乙", "样张丙"]);
    for (key, value) in [
        ("user_id", "9900*******001X"),
        ("date", "2026年03月04日"),
        ("from", "样张站"),
        ("to", "样张机场"),
        ("seat", "一等座"),
        ("transport_type", "火车"),
    ] {
        assert_eq!(column(&read, "transports", key), [value; 2], "{key}");
    }
}

#[test]
fn empty_specific_containers_say_nothing() {
    let read = mapped(&document("", "<PassengerTransportation/><Toll><PlateNumber/></Toll>", ""));
    assert!(!read.details.has("service_type") && !read.details.has("transit_mark"));
    assert!(read.details.rows("transports").is_empty());
}

#[test]
fn toll_dates_are_no_quantity_and_no_price() {
    let specific = "<Toll><PlateNumber>样A00001</PlateNumber><VehicleType>客车</VehicleType>\
        <StartDatesOfPassage>20260227172851000</StartDatesOfPassage><EndDatesOfPassage>2026-02-28</EndDatesOfPassage></Toll>";
    let xml = document("", specific, "").replace(
        "<ItemName>*样张服务*甲</ItemName>",
        "<ItemName>*样张服务*甲</ItemName><Quantity>20260227</Quantity><UnPrice>20260228</UnPrice>",
    );
    let read = mapped(&xml);
    assert_eq!(text(&read, "transit_mark"), "1");
    assert_eq!(column(&read, "items", "license_plate"), ["样A00001"; 2]);
    assert_eq!(column(&read, "items", "vehicle_type"), ["客车"; 2]);
    assert_eq!(column(&read, "items", "start_date"), ["20260227"; 2]);
    assert_eq!(column(&read, "items", "end_date"), ["20260228"; 2]);
    assert_eq!(column(&read, "items", "quantity"), [""; 2]);
    assert_eq!(column(&read, "items", "price"), [""; 2]);
}

#[test]
fn marks_and_services_by_label() {
    for (name, key, value) in [
        ("成品油", "oil_mark", "1"),
        ("机动车", "vehicle_mark", "1"),
        ("农产品收购", "acquisition_mark", "1"),
        ("代开发票", "agent_mark", "1"),
        ("建筑服务", "building_mark", "1"),
        ("旅客运输服务", "service_type", "旅客运输服务"),
        ("差额征税-差额开票", "service_type", "差额征税-差额开票"),
        ("差额征税", "service_type", "差额征税"),
    ] {
        let read = mapped(&document(&label(name), "", ""));
        assert_eq!(text(&read, key), value, "{name}");
    }
}

#[test]
fn remark_gives_what_the_form_has_no_place_for() {
    let remark = "保单号:000001;代收车船税:325.00元;  购方开户银行:样张银行;    银行账号:0001;    \n销方开户银行:样张银行二支行;    银行账号:0002;\n\
        购买方地址:样张路8号; 电话:000-1; 收款人:样张丁;复核人:样张戊;";
    let read = mapped(&document("", "", remark));
    for (key, value) in [
        ("travel_tax", "325.00"),
        ("buyer_bank_account", "样张银行 0001"),
        ("seller_bank_account", "样张银行二支行 0002"),
        ("buyer_addr_tel", "样张路8号 000-1"),
        ("seller_addr_tel", ""),
        ("receiptor", "样张丁"),
        ("reviewer", "样张戊"),
    ] {
        assert_eq!(text(&read, key), value, "{key}");
    }
    assert!(text(&read, "remark").starts_with("保单号:000001;"));
    let read = mapped(&document("", "", "差额征税：1,234.56。代开企业税号:91990000MA0SAMPLE9 代开企业名称:样张劳务部"));
    assert_eq!((text(&read, "deduction"), text(&read, "agent_mark")), ("1234.56", "1"));
}

#[test]
fn red_letter_invoices_keep_sign_and_remark() {
    let remark = "被红冲蓝字数电发票号码：26990000000000000009 红字发票信息确认单编号：99000000000000000001";
    let xml =
        document(&vat("01", ""), "<RedEInvoice><OriginalInvoiceCode>26990000000000000009</OriginalInvoiceCode></RedEInvoice>", remark)
            .replace(">327.00<", ">-327.00<")
            .replace(">300.00<", ">-300.00<");
    let read = mapped(&xml);
    assert_eq!((text(&read, "total"), text(&read, "pretax_amount")), ("-327.00", "-300.00"));
    assert_eq!(text(&read, "remark"), remark);
    assert!(!read.details.has("service_type"));
}

#[test]
fn other_documents_give_nothing() {
    for xml in [
        "<EInvoice/>",
        "<EInvoice><Header><EIid>26990000000000000017</EIid></Header></EInvoice>",
        "<EInvoice><EInvoiceData/></EInvoice>",
        "<invoice><id>7</id></invoice>",
        "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"><ID>1</ID></Invoice>",
    ] {
        assert_eq!(recognize::payloads::map(&payload(xml)), None, "{xml}");
    }
}

#[test]
fn the_sale_of_a_vehicle_has_the_cells_of_its_form() {
    let specific = "<MotorVehicle><VehicleType>轿车</VehicleType><BrandModel>样张牌YZ7150N4</BrandModel><PlaceOfProduction>云泽市</PlaceOfProduction>\
                    <CertificateOfConformityNo>YZ80X1001351257</CertificateOfConformityNo><CertificateOfImportNo>9900</CertificateOfImportNo>\
                    <EngineNo>YZQ035277</EngineNo><VehicleIdentificationNo>L9WHKJA41PA503493</VehicleIdentificationNo>\
                    <PassengersLimited>5</PassengersLimited></MotorVehicle>";
    let read = mapped(&document(&vat("", "机动车销售统一发票"), specific, ""));
    assert_eq!(read.kind, Some(Kind::VehicleSale));
    for (key, value) in [
        ("title", "电子发票（机动车销售统一发票）"),
        ("electronic_number", "26990000000000000017"),
        ("buyer", "样张贸易有限公司"),
        ("buyer_id", "91990000MA0SAMPLE8"),
        ("buyer_tax_id", ""),
        ("seller_tax_id", "91990000MA0SAMPLE7"),
        ("pretax_amount", "300.00"),
        ("tax_rate", "9%"),
        ("car_type", "轿车"),
        ("car_model", "样张牌YZ7150N4"),
        ("origin", "云泽市"),
        ("certificate_number", "YZ80X1001351257"),
        ("car_engine_code", "YZQ035277"),
        ("car_code", "L9WHKJA41PA503493"),
        ("max_people_num", "5"),
    ] {
        assert_eq!(read.details.text(key), value, "{key}");
    }
    assert!(read.details.rows("items").is_empty());
}

#[test]
fn the_sale_of_a_used_vehicle_names_its_dealer() {
    let specific = "<UsedVehicle><LicensePlate>样A99001</LicensePlate><RegistrationCertificateNo>990027731473</RegistrationCertificateNo>\
                    <VehicleAdministration>云泽市车辆管理所</VehicleAdministration><AuctionName>云泽拾光拍卖有限公司</AuctionName>\
                    <AuctionAddress>云泽市梧桐巷3号</AuctionAddress><AuctionTaxNo>919999000000000021</AuctionTaxNo>\
                    <AuctionBankName>样张银行</AuctionBankName><AuctionBankAccount>9900</AuctionBankAccount></UsedVehicle>";
    let read = mapped(&document(&vat("", "二手车销售统一发票"), specific, ""));
    assert_eq!(read.kind, Some(Kind::UsedVehicleSale));
    for (key, value) in [
        ("license_plate", "样A99001"),
        ("registration_number", "990027731473"),
        ("destination_department_of_motor_vehicles", "云泽市车辆管理所"),
        ("auction_company", "云泽拾光拍卖有限公司"),
        ("auction_address", "云泽市梧桐巷3号"),
        ("auction_tax_id", "919999000000000021"),
        ("auction_bank_account", "样张银行 9900"),
        ("seller_id", "91990000MA0SAMPLE7"),
        ("seller_tax_id", ""),
    ] {
        assert_eq!(read.details.text(key), value, "{key}");
    }
}
