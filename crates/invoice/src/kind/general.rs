//! General forms and papers that are no VAT invoices: fixed-amount, machine-printed, reimbursable, tax certificates, receipts.

use super::field::{Case, FieldSpec as F};

/// 定额发票.
pub(super) const QUOTA: &[F] = &[
    F::text("code", "发票代码"),
    F::text("number", "发票号码"),
    F::amount("total", "总金额"),
    F::text("kind", "消费类型"),
    F::text("province", "省"),
    F::text("city", "市"),
    F::flag("company_seal", "公司印章"),
    F::flag("non_commercial_mark", "非经营性标志"),
    F::text("title", "标题"),
    F::text("total_cn", "总金额(大写)"),
    F::text("stamp_info", "章信息"),
    F::text("producer_stamp", "监制章"),
];

/// 机打发票.
pub(super) const MACHINE_PRINTED: &[F] = &[
    F::text("code", "发票代码"),
    F::text("number", "发票号码"),
    F::date("date", "开票日期"),
    F::text("time", "时间"),
    F::text("check_code", "校验码"),
    F::text("category", "种类"),
    F::amount("pretax_amount", "税前金额合计"),
    F::amount("tax", "税额合计"),
    F::amount("total", "价税合计(小写)"),
    F::text("total_cn", "价税合计(大写)"),
    F::text("seller", "销售方名称"),
    F::text("seller_tax_id", "销售方纳税人识别号"),
    F::text("buyer", "购买方名称"),
    F::text("buyer_tax_id", "购买方纳税人识别号"),
    F::text("kind", "消费类型"),
    F::text("province", "省"),
    F::text("city", "市"),
    F::text("seller_addr_tel", "销售方地址、电话"),
    F::text("seller_bank_account", "销售方开户行及账号"),
    F::text("buyer_bank_account", "购买方开户行及账号"),
    F::text("buyer_addr_tel", "购买方地址、电话"),
    F::flag("company_seal", "公司印章"),
    F::flag("electronic_mark", "通用机打电子发票标记").follows(Case::None),
    F::text("title", "标题"),
    F::flag("transit_mark", "通行费标志").follows(Case::None),
    F::text("remark", "备注"),
    F::text("producer_stamp", "监制章"),
    F::text("area", "地区"),
    F::list(
        "items",
        "明细",
        &[
            F::text("name", "货物或应税劳务、服务名称"),
            F::text("unit", "单位"),
            F::amount("quantity", "数量"),
            F::text("specification", "规格型号"),
            F::amount("total", "金额"),
            F::text("tax_rate", "税率"),
            F::amount("price", "单价"),
            F::amount("tax", "税额"),
        ],
    ),
];

/// 可报销其他发票.
pub(super) const REIMBURSABLE: &[F] = &[
    F::text("code", "代码"),
    F::text("number", "号码"),
    F::date("date", "日期"),
    F::amount("total", "金额"),
    F::text("kind", "消费类型"),
    F::text("title", "标题"),
];

/// 完税证明.
pub(super) const TAX_CERTIFICATE: &[F] = &[
    F::text("number", "号码"),
    F::text("serial_number", "票证字轨"),
    F::amount("total", "总金额(小写)"),
    F::text("buyer", "纳税人名称"),
    F::text("buyer_tax_id", "纳税人识别号"),
    F::date("date", "填发日期"),
    F::text("tax_authorities", "税务机关"),
    F::text("title", "标题"),
    F::text("total_cn", "总金额(大写)"),
    F::text("remark", "备注"),
    F::text("tax_agency_code", "征收机关代码"),
    F::text("buyer_deposit_bank", "纳税人开户行"),
    F::text("buyer_account", "纳税人账号"),
    F::text("tax_payment_limited_time", "税款限缴期限"),
    F::text("payer_stamp", "缴款单位盖章"),
    F::text("treasury_stamp", "国库(银行)盖章"),
    F::text("receiving_treasury", "收款国库"),
    F::text("ticket_filler", "填票人"),
    F::list(
        "items",
        "明细",
        &[
            F::amount("actual_paid_amount", "实缴金额"),
            F::amount("amount_paid", "已缴金额"),
            F::text("entry_date", "入库日期"),
            F::text("tax_agency", "征收机关"),
            F::text("tax_period", "税款所属期"),
            F::text("tax_type", "税种"),
            F::text("budget_account_code", "预算科目编码"),
            F::text("budget_account_name", "预算科目名称"),
            F::text("budget_account_level", "预算科目级次"),
            F::text("name", "品目名称"),
            F::text("original_number", "原凭证号"),
            F::amount("quantity", "课税数量"),
            F::text("tax_rate", "税率或单位税额"),
            F::amount("total", "计税金额或销售收入"),
        ],
    ),
];

/// 小票. Its class of consumption is called `type`, and is English.
pub(super) const RECEIPT: &[F] = &[
    F::text("store_name", "店名"),
    F::date("date", "日期"),
    F::text("time", "时间"),
    F::amount("subtotal", "小计金额"),
    F::amount("tax", "税额"),
    F::amount("discount", "折扣"),
    F::amount("tips", "小费"),
    F::amount("total", "总金额"),
    F::text("currency_code", "币种"),
    F::text("type", "消费类型"),
    F::flag("international_mark", "国际票"),
];
