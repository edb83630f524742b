//! The printed words of tax certificates and payment books.

use crate::layout::label::Spelling;

/// What leads a value beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// A field of the head.
    Field(&'static str),
    /// 税务机关: in the head it leads the bureau's name, in the foot its stamp.
    Bureau,
    /// 金额合计.
    Sum,
    /// (大写), (小写) within the sum's row.
    Within,
}

/// A box of the foot, whose value stands in it below or behind the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foot {
    Filler,
    Remark,
    Payer,
    Treasury,
    /// Words in the boxes that are no value.
    Noise,
}

/// A printed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Title,
    /// 中华人民共和国, the line above the title.
    Country,
    Lead(Lead),
    Foot(Foot),
    /// The head of a column, or a line of it.
    Column(&'static str),
    /// 名称: of the payer in the head, of the budget's account among the heads.
    Name,
    /// 编码 or 代码: of the payer or the bureau in the head, of the budget's account among the heads.
    Code,
}

const fn field(key: &'static str, text: &'static str) -> Spelling<Label> {
    Spelling { label: Label::Lead(Lead::Field(key)), text }
}
const fn column(key: &'static str, text: &'static str) -> Spelling<Label> {
    Spelling { label: Label::Column(key), text }
}
const fn foot(foot: Foot, text: &'static str) -> Spelling<Label> {
    Spelling { label: Label::Foot(foot), text }
}

pub(super) const SPELLINGS: &[Spelling<Label>] = &[
    Spelling { label: Label::Title, text: "税收完税证明" },
    Spelling { label: Label::Title, text: "税收缴款书" },
    Spelling { label: Label::Title, text: "税收通用缴款书" },
    Spelling { label: Label::Title, text: "税收完税证" },
    Spelling { label: Label::Title, text: "税收通用完税证" },
    Spelling { label: Label::Title, text: "税收转账专用完税证" },
    Spelling { label: Label::Country, text: "中华人民共和国" },
    field("date", "填发日期"),
    field("date", "填开日期"),
    field("date", "开具日期"),
    field("buyer_tax_id", "纳税人识别号"),
    field("buyer_tax_id", "纳税人识别号/统一社会信用代码"),
    field("buyer_tax_id", "统一社会信用代码(纳税人识别号)"),
    field("buyer_tax_id", "纳税人识别号(统一社会信用代码)"),
    field("buyer_tax_id", "纳税人代码"),
    field("buyer_tax_id", "缴款人识别号"),
    field("buyer_tax_id", "识别号"),
    field("buyer", "纳税人名称"),
    field("buyer", "纳税人全称"),
    field("buyer", "缴款人名称"),
    field("buyer_deposit_bank", "开户银行"),
    field("buyer_deposit_bank", "纳税人开户行"),
    field("buyer_account", "账号"),
    field("buyer_account", "帐号"),
    field("buyer_account", "纳税人账号"),
    field("tax_agency_code", "征收机关代码"),
    field("tax_agency_code", "税务机关代码"),
    field("tax_authorities", "征收机关名称"),
    field("tax_payment_limited_time", "税款限缴日期"),
    field("tax_payment_limited_time", "税款限缴期限"),
    field("tax_payment_limited_time", "限缴日期"),
    field("tax_payment_limited_time", "限缴期限"),
    field("tax_payment_limited_time", "缴款期限"),
    field("receiving_treasury", "收款国库"),
    field("", "登记注册类型"),
    field("", "税款类型"),
    field("", "电脑编号"),
    field("", "缴款单位(人)"),
    field("", "地址"),
    Spelling { label: Label::Lead(Lead::Bureau), text: "税务机关" },
    Spelling { label: Label::Lead(Lead::Sum), text: "金额合计" },
    Spelling { label: Label::Lead(Lead::Sum), text: "合计金额" },
    Spelling { label: Label::Lead(Lead::Within), text: "(大写)" },
    Spelling { label: Label::Lead(Lead::Within), text: "(小写)" },
    Spelling { label: Label::Name, text: "名称" },
    Spelling { label: Label::Name, text: "全称" },
    Spelling { label: Label::Code, text: "编码" },
    Spelling { label: Label::Code, text: "代码" },
    column("original_number", "原凭证号"),
    column("original_number", "原凭证号码"),
    column("tax_type", "税种"),
    column("name", "品目名称"),
    column("name", "征收品目"),
    column("tax_period", "税款所属时期"),
    column("tax_period", "税款所属期"),
    column("tax_period", "税款所属期间"),
    column("tax_period", "所属时期"),
    column("entry_date", "入(退)库日期"),
    column("entry_date", "入库日期"),
    column("entry_date", "入(退)库时间"),
    column("actual_paid_amount", "实缴(退)金额"),
    column("actual_paid_amount", "实缴(退)税额"),
    column("actual_paid_amount", "实缴金额"),
    column("actual_paid_amount", "实缴税额"),
    column("quantity", "课税数量"),
    column("total", "计税金额或销售收入"),
    column("total", "计税金额或"),
    column("total", "计税金额"),
    column("total", "销售收入"),
    column("tax_rate", "税率或单位税额"),
    column("tax_rate", "税率或"),
    column("tax_rate", "单位税额"),
    column("tax_rate", "税率"),
    column("amount_paid", "已缴或扣除额"),
    column("amount_paid", "已缴或"),
    column("amount_paid", "扣除额"),
    column("amount_paid", "已缴金额"),
    column("budget_account_level", "级次"),
    column("budget", "预算科目"),
    column("tax_agency", "征收机关"),
    foot(Foot::Filler, "填票人"),
    foot(Foot::Filler, "填票人(章)"),
    foot(Foot::Remark, "备注"),
    foot(Foot::Payer, "缴款单位(人)盖章"),
    foot(Foot::Payer, "缴款单位(人)(盖章)"),
    foot(Foot::Payer, "缴款单位盖章"),
    foot(Foot::Treasury, "国库(银行)盖章"),
    foot(Foot::Treasury, "国库(银行)(盖章)"),
    foot(Foot::Noise, "上列款项已收妥并划转收款单位账户"),
    foot(Foot::Noise, "上列款项已收妥并划转收款单位帐户"),
    foot(Foot::Noise, "上列款项已收妥"),
    foot(Foot::Noise, "经办人(章)"),
    foot(Foot::Noise, "经办人"),
    foot(Foot::Noise, "(盖章)"),
    foot(Foot::Noise, "妥善保管"),
    foot(Foot::Noise, "手写无效"),
];
