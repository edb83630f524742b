//! The printed labels of the VAT forms, paper, electronic and fully digitalised, and of their tables.

use crate::layout::label::Spelling;
use crate::layout::table::Sort;

/// What a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// 发票代码
    Code,
    /// 发票号码
    Number,
    /// The title of a list of goods that belongs to an invoice: 销售货物或者提供应税劳务、服务清单
    List,
    /// 开票日期
    Date,
    /// 校验码
    CheckCode,
    /// 机器编号
    Machine,
    /// 名称 of a party
    Name,
    /// 纳税人识别号 of a party
    TaxId,
    /// 统一社会信用代码/纳税人识别号: only the digital form says so
    CreditCode,
    /// 地址、电话
    Address,
    /// 开户行及账号
    Bank,
    /// A column head of the items table; the key and what it holds
    Column(&'static str, Sort),
    /// A column head of the transport table below the items
    Transport(&'static str, Sort),
    /// 合计
    Sum,
    /// 小计
    SubTotal,
    /// 价税合计(大写)
    Words,
    /// (小写)
    Figures,
    /// 收款人
    Payee,
    /// 复核
    Reviewer,
    /// 开票人
    Issuer,
    /// 销售方:(章)
    SellerSeal,
    /// 密码区
    Cipher,
    /// 备注
    Remark,
    /// 购买方 before a party's block
    Buyer,
    /// 销售方 before a party's block
    Seller,
}

/// A shorthand for the table below.
const fn s(label: Label, text: &'static str) -> Spelling<Label> {
    Spelling { label, text }
}

/// How the labels are printed, by form rules from 2000 on (购货单位 and 帐号 are the wording before 2014).
pub(crate) const SPELLINGS: &[Spelling<Label>] = &[
    s(Label::Code, "发票代码"),
    s(Label::Number, "发票号码"),
    s(Label::List, "销售货物或者提供应税劳务、服务清单"),
    s(Label::List, "销售货物或者提供应税劳务清单"),
    s(Label::Date, "开票日期"),
    s(Label::CheckCode, "校验码"),
    s(Label::Machine, "机器编号"),
    s(Label::Name, "名称"),
    s(Label::TaxId, "纳税人识别号"),
    s(Label::CreditCode, "统一社会信用代码/纳税人识别号"),
    s(Label::CreditCode, "统一社会信用代码"),
    s(Label::Address, "地址、电话"),
    s(Label::Address, "地址,电话"),
    s(Label::Address, "地址电话"),
    s(Label::Bank, "开户行及账号"),
    s(Label::Bank, "开户行及帐号"),
    s(Label::Bank, "开户银行及账号"),
    s(Label::Sum, "合计"),
    s(Label::SubTotal, "小计"),
    s(Label::Words, "价税合计(大写)"),
    s(Label::Words, "价税合计"),
    s(Label::Figures, "(小写)"),
    s(Label::Figures, "小写"),
    s(Label::Payee, "收款人"),
    s(Label::Reviewer, "复核人"),
    s(Label::Reviewer, "复核"),
    s(Label::Issuer, "开票人"),
    s(Label::SellerSeal, "销售方:(章)"),
    s(Label::SellerSeal, "销售方(章)"),
    s(Label::SellerSeal, "销货单位:(章)"),
    s(Label::SellerSeal, "销货单位(章)"),
    s(Label::Cipher, "密码区"),
    s(Label::Remark, "备注"),
    s(Label::Buyer, "购买方信息"),
    s(Label::Seller, "销售方信息"),
    s(Label::Buyer, "购买方"),
    s(Label::Buyer, "购货单位"),
    s(Label::Seller, "销售方"),
    s(Label::Seller, "销货单位"),
    s(Label::Column("name", Sort::Text), "货物或应税劳务、服务名称"),
    s(Label::Column("name", Sort::Text), "货物或应税劳务服务名称"),
    s(Label::Column("name", Sort::Text), "货物或应税劳务名称"),
    s(Label::Column("name", Sort::Text), "项目名称"),
    s(Label::Column("specification", Sort::Code), "规格型号"),
    s(Label::Column("unit", Sort::Unit), "单位"),
    s(Label::Column("quantity", Sort::Number), "数量"),
    s(Label::Column("price", Sort::Number), "单价"),
    s(Label::Column("total", Sort::Money), "金额"),
    s(Label::Column("tax_rate", Sort::Rate), "税率/征收率"),
    s(Label::Column("tax_rate", Sort::Rate), "税率"),
    s(Label::Column("tax", Sort::Money), "税额"),
    s(Label::Column("license_plate", Sort::Code), "车牌号"),
    s(Label::Column("vehicle_type", Sort::Code), "类型"),
    s(Label::Column("start_date", Sort::Number), "通行日期起"),
    s(Label::Column("end_date", Sort::Number), "通行日期止"),
    s(Label::Column("place_of_building_service", Sort::Text), "建筑服务发生地"),
    s(Label::Column("building_name", Sort::Text), "建筑项目名称"),
    s(Label::Column("title_certificate_number", Sort::Code), "产权证书/不动产权证号"),
    s(Label::Column("area_unit", Sort::Unit), "面积单位"),
    s(Label::Transport("passenger", Sort::Code), "出行人"),
    s(Label::Transport("user_id", Sort::Code), "有效身份证件号"),
    s(Label::Transport("date", Sort::Code), "出行日期"),
    s(Label::Transport("from", Sort::Code), "出发地"),
    s(Label::Transport("to", Sort::Code), "到达地"),
    s(Label::Transport("seat", Sort::Code), "等级"),
    s(Label::Transport("transport_type", Sort::Code), "交通工具类型"),
    s(Label::Transport("transport_type", Sort::Code), "运输工具种类"),
    s(Label::Transport("transport_number", Sort::Code), "运输工具牌号"),
    s(Label::Transport("from", Sort::Code), "起运地"),
    s(Label::Transport("goods_name", Sort::Code), "运输货物名称"),
];

impl Label {
    /// True for a head of the items table.
    pub(crate) fn is_column(self) -> bool {
        matches!(self, Label::Column(..))
    }
}
