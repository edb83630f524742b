//! 数电票: the invoices without a code, with a number of twenty digits.

use super::field::{Case, FieldSpec as F};

const CONSTRUCTION: Case = Case::Service(&["建筑服务"]);
const LEASE: Case = Case::Service(&["不动产经营租赁"]);
const FREIGHT: Case = Case::Service(&["货物运输"]);
const PASSENGERS: Case = Case::Service(&["旅客运输"]);
const TRANSPORT: Case = Case::Service(&["货物运输", "旅客运输"]);

/// 数电票(增值税专用发票/普通发票).
pub(super) const FIELDS: &[F] = &[
    F::text("number", "发票号码"),
    F::date("date", "开票日期"),
    F::amount("sub_total", "小计金额"),
    F::amount("sub_tax", "小计税额"),
    F::amount("pretax_amount", "税前金额合计"),
    F::amount("tax", "税额合计"),
    F::amount("total", "价税合计(小写)"),
    F::text("total_cn", "价税合计(大写)"),
    F::text("seller", "销售方名称"),
    F::text("seller_tax_id", "销售方统一社会信用代码/纳税人识别号"),
    F::text("buyer", "购买方名称"),
    F::text("buyer_tax_id", "购买方统一社会信用代码/纳税人识别号"),
    F::flag("company_seal", "公司印章"),
    F::text("kind", "消费类型"),
    F::text("issuer", "开票人"),
    F::text("service_name", "服务类型"),
    F::text("remark", "备注"),
    F::text("item_names", "项目名称"),
    F::text("title", "标题"),
    F::flag("agent_mark", "代开"),
    F::flag("electronic_mark", "电子票标记").follows(Case::Any),
    F::flag("vehicle_mark", "机动车标志"),
    F::flag("company_seal_mark", "销售方(章)标记"),
    F::flag("building_mark", "建筑标志").only(CONSTRUCTION).follows(CONSTRUCTION),
    F::text("service_type", "特定业务"),
    F::text("buyer_bank_account", "购买方开户行及账号"),
    F::text("buyer_addr_tel", "购买方地址、电话"),
    F::text("seller_addr_tel", "销售方地址、电话"),
    F::text("seller_bank_account", "销售方开户行及账号"),
    F::text("receiptor", "收款人"),
    F::text("reviewer", "复核"),
    F::amount("travel_tax", "车船税"),
    F::flag("stamp_color", "红章"),
    F::text("deduction", "差额征税"),
    F::list(
        "items",
        "明细",
        &[
            F::text("name", "项目名称"),
            F::amount("price", "单价"),
            F::amount("quantity", "数量"),
            F::text("specification", "规格型号"),
            F::amount("tax", "税额"),
            F::text("tax_rate", "税率/征收率"),
            F::amount("total", "金额"),
            F::text("unit", "单位"),
            F::text("place_of_building_service", "建筑服务发生地").only(CONSTRUCTION),
            F::text("building_name", "建筑项目名称").only(CONSTRUCTION),
            F::text("title_certificate_number", "产权证书/不动产权证号").only(LEASE),
            F::text("area_unit", "面积单位").only(LEASE),
        ],
    ),
    F::list(
        "transports",
        "运输明细",
        &[
            F::text("transport_type", "运输工具种类").only(FREIGHT),
            F::text("transport_number", "运输工具牌号").only(FREIGHT),
            F::text("from", "起运地").only(FREIGHT),
            F::text("to", "到达地").only(FREIGHT),
            F::text("goods_name", "运输货物名称").only(FREIGHT),
            F::text("passenger", "出行人").only(PASSENGERS),
            F::text("user_id", "有效身份证件号").only(PASSENGERS),
            F::text("date", "出行日期").only(PASSENGERS),
            F::text("seat", "等级").only(PASSENGERS),
        ],
    )
    .only(TRANSPORT),
    F::text("page_count", "总页数").only(Case::SeveralPages),
    F::text("page_number", "当前页数").only(Case::SeveralPages),
];
