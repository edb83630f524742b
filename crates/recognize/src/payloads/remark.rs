//! What the remark of an invoice says in a fixed wording: 车船税, 差额征税, 代开, and on a 数电票 the parties' addresses and
//! bank accounts, payee and reviewer, which have no place of their own on that form.

use super::draft::{Draft, Shape, joined};

/// Sets `travel_tax`, `deduction` and `agent_mark` where the remark says so.
pub(super) fn marks(draft: &mut Draft, remark: &str) {
    draft.set_if_absent("travel_tax", Shape::Amount, amount_after(remark, "车船税").unwrap_or(""));
    draft.set_if_absent("deduction", Shape::Amount, amount_after(remark, "差额征税").unwrap_or(""));
    // the wording that the tax administration prescribes for an invoice that a bureau issues for somebody
    if ["代开企业税号", "代开企业名称"].iter().any(|w| remark.contains(w)) {
        draft.mark("agent_mark");
    }
}

/// The amount that follows a word, over the words and signs that may stand between: `代收车船税金额：￥325.00元` → `325.00`.
fn amount_after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    const BETWEEN: &str = "金额税额合计为人民币差额开票-:：,，=()（）￥¥ \u{3000}";
    text.match_indices(word).find_map(|(at, _)| {
        let rest = text[at + word.len()..].trim_start_matches(|c| BETWEEN.contains(c));
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(rest.len());
        let digits = rest[..end].trim_end_matches(['.', ',']);
        (!digits.is_empty()).then_some(digits)
    })
}

/// Whose a labelled value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Party {
    Buyer,
    Seller,
}

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Address,
    Telephone,
    Bank,
    Account,
    Payee,
    Reviewer,
}

const PARTIES: [(&str, Party); 4] = [("购买方", Party::Buyer), ("购方", Party::Buyer), ("销售方", Party::Seller), ("销方", Party::Seller)];
/// Longer wordings stand before the shorter ones that they begin with.
const SLOTS: [(&str, Slot); 10] = [
    ("开户银行", Slot::Bank),
    ("开户行", Slot::Bank),
    ("银行账号", Slot::Account),
    ("银行帐号", Slot::Account),
    ("账号", Slot::Account),
    ("地址", Slot::Address),
    ("电话", Slot::Telephone),
    ("收款人", Slot::Payee),
    ("复核人", Slot::Reviewer),
    ("复核", Slot::Reviewer),
];

/// Sets the parties' addresses, telephones, banks and accounts, the payee and the reviewer of a 数电票 from its remark:
/// `购方开户银行:…;    银行账号:…;`. Takes the remark with its line
/// breaks. A label without a party belongs to the last one named.
pub(super) fn parties(draft: &mut Draft, remark: &str) {
    let mut owner = None;
    let mut values: Vec<(Option<Party>, Slot, &str)> = Vec::new();
    for (party, slot, value) in labelled(remark) {
        owner = party.or(owner);
        values.push((owner, slot, value));
    }
    forget_disordered(&mut values);
    let find = |party: Party, slot: Slot| values.iter().find(|v| v.0 == Some(party) && v.1 == slot).map_or("", |v| v.2);
    for (party, name) in [(Party::Buyer, "buyer"), (Party::Seller, "seller")] {
        let address = joined([find(party, Slot::Address), find(party, Slot::Telephone)]);
        draft.set_if_absent(&format!("{name}_addr_tel"), Shape::Line, &address);
        let account = joined([find(party, Slot::Bank), find(party, Slot::Account)]);
        draft.set_if_absent(&format!("{name}_bank_account"), Shape::Line, &account);
    }
    for (slot, field) in [(Slot::Payee, "receiptor"), (Slot::Reviewer, "reviewer")] {
        let value = values.iter().find(|v| v.1 == slot).map_or("", |v| v.2);
        draft.set_if_absent(field, Shape::Line, value);
    }
}

/// On a picture that is askew the halves of two lines may come together the wrong way: one party then has two accounts and the other a bank
/// without any. Whose is whose cannot be told, so neither bank nor account is anybody's; likewise with addresses and telephones.
fn forget_disordered(values: &mut Vec<(Option<Party>, Slot, &str)>) {
    for (first, second) in [(Slot::Bank, Slot::Account), (Slot::Address, Slot::Telephone)] {
        let count = |party: Party, slot: Slot| values.iter().filter(|v| v.0 == Some(party) && v.1 == slot).count();
        let lacks = |party: Party| count(party, first) > 0 && count(party, second) == 0;
        let twice = |party: Party| count(party, second) > 1;
        if lacks(Party::Buyer) && twice(Party::Seller) || lacks(Party::Seller) && twice(Party::Buyer) {
            values.retain(|v| v.1 != first && v.1 != second);
        }
    }
}

/// All `label:value` pairs with a label that is known; a value ends at a semicolon, a line break or the next label, a known
/// one or any word with a colon behind white space.
fn labelled(text: &str) -> Vec<(Option<Party>, Slot, &str)> {
    let mut found: Vec<(usize, usize, Option<Party>, Slot)> = Vec::new();
    let mut skip = 0;
    for (at, _) in text.char_indices() {
        if at >= skip
            && let Some((length, party, slot)) = label(&text[at..])
        {
            found.push((at, at + length, party, slot));
            skip = at + length;
        }
    }
    let ends = found.iter().skip(1).map(|f| f.0).chain([text.len()]);
    let pieces = found.iter().zip(ends).map(|(&(_, start, party, slot), end)| {
        let value = &text[start..end];
        let value = value.split([';', '；', '\n']).next().unwrap_or(value);
        let value = value.find([':', '：']).and_then(|colon| value[..colon].rfind(char::is_whitespace)).map_or(value, |end| &value[..end]);
        (party, slot, value.trim().trim_end_matches([',', '，', '。']))
    });
    pieces.filter(|(.., value)| !value.is_empty()).collect()
}

/// The label that the text begins with: its length with the colon, the party if it names one, and what it announces.
fn label(text: &str) -> Option<(usize, Option<Party>, Slot)> {
    let (rest, party) = PARTIES.iter().find_map(|(name, party)| Some((text.strip_prefix(name)?, Some(*party)))).unwrap_or((text, None));
    let (rest, slot) = SLOTS.iter().find_map(|(name, slot)| Some((rest.strip_prefix(name)?, *slot)))?;
    let rest = rest.trim_start_matches([' ', '\u{3000}']);
    let rest = rest.strip_prefix([':', '：'])?;
    Some((text.len() - rest.len(), party, slot))
}

#[cfg(test)]
mod tests {
    use super::{Party, Slot, amount_after, forget_disordered, labelled};

    #[test]
    fn accounts_that_came_together_are_nobodys() {
        use Party::{Buyer, Seller};
        use Slot::{Account, Address, Bank};
        let apart = vec![(Some(Buyer), Bank, "甲"), (Some(Buyer), Account, "1"), (Some(Seller), Bank, "乙"), (Some(Seller), Account, "2")];
        let together = vec![
            (Some(Buyer), Address, "丙"),
            (Some(Buyer), Bank, "甲"),
            (Some(Seller), Bank, "乙"),
            (Some(Seller), Account, "1"),
            (Some(Seller), Account, "2"),
        ];
        let two = vec![(Some(Seller), Bank, "乙"), (Some(Seller), Account, "1"), (Some(Seller), Account, "2")];
        let cases = [(apart.clone(), apart), (together, vec![(Some(Buyer), Address, "丙")]), (two.clone(), two)];
        for (mut values, expected) in cases {
            forget_disordered(&mut values);
            assert_eq!(values, expected);
        }
    }

    #[test]
    fn amounts_follow_their_word() {
        for (text, word, expected) in [
            ("代收车船税:325.00元,税款所属期:2026年01月", "车船税", Some("325.00")),
            ("代收车船税金额：￥1,325.00；滞纳金：0.00", "车船税", Some("1,325.00")),
            ("代收车船税合计为人民币 99 元", "车船税", Some("99")),
            ("车船税已缴，另见车船税额：12.5", "车船税", Some("12.5")),
            ("差额征税：5000.00。", "差额征税", Some("5000.00")),
            ("差额征税-差额开票", "差额征税", None),
            ("车船税", "车船税", None),
            ("保费325.00", "车船税", None),
        ] {
            assert_eq!(amount_after(text, word), expected, "{text}");
        }
    }

    #[test]
    fn labels_end_values() {
        use Party::{Buyer, Seller};
        use Slot::{Account, Address, Bank, Payee, Reviewer, Telephone};
        for (text, expected) in [
            ("购方开户银行:样张银行;    银行账号:0001;", vec![(Some(Buyer), Bank, "样张银行"), (None, Account, "0001")]),
            ("销售方地址：样张路1号 电话：000-1", vec![(Some(Seller), Address, "样张路1号"), (None, Telephone, "000-1")]),
            ("收款人:甲；复核人:乙。", vec![(None, Payee, "甲"), (None, Reviewer, "乙")]),
            ("购买方开户行 : 样张银行\n第二行", vec![(Some(Buyer), Bank, "样张银行")]),
            ("开户银行:;账号:1", vec![(None, Account, "1")]),
            ("销方账号：0001 0002   行号：99", vec![(Some(Seller), Account, "0001 0002")]),
            ("电话费 2026年1月", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(labelled(text), expected, "{text}");
        }
    }
}
