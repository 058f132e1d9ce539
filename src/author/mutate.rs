//! Small changes to a source file, each of which a good test suite notices.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Lit, Stmt, UnOp};

/// A source text with one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mutated {
    /// Where, from 1.
    pub line: usize,
    /// What was changed, in words.
    pub change: String,
    /// The whole text.
    pub text: String,
}

/// Every change to a file: operators exchanged, conditions turned round, literals changed, calls left out, and
/// atomics relaxed. What is inside of macros, tests and `Debug` stays as it is. None, if the text is not Rust.
pub(super) fn mutations(text: &str) -> Vec<Mutated> {
    let Ok(file) = syn::parse_file(text) else {
        return Vec::new();
    };
    let mut finder = Finder {
        text,
        found: Vec::new(),
    };
    finder.visit_file(&file);
    finder.found
}

struct Finder<'t> {
    text: &'t str,
    found: Vec<Mutated>,
}

impl Finder<'_> {
    fn replace(&mut self, span: Span, by: &str) {
        let range = span.byte_range();
        let Some(old) = self.text.get(range.clone()) else {
            return;
        };
        let shown = old.split_whitespace().collect::<Vec<_>>().join(" ");
        let change = if by.is_empty() {
            format!("without `{shown}`")
        } else {
            format!("`{by}` in place of `{shown}`")
        };
        let (before, after) = (&self.text[..range.start], &self.text[range.end..]);
        self.found.push(Mutated {
            line: span.start().line,
            change,
            text: format!("{before}{by}{after}"),
        });
    }

    fn turn_round(&mut self, condition: &Expr) {
        // Comparisons and negations have changes of their own; a `let` can't be negated.
        let has_its_own = match condition {
            Expr::Binary(_) | Expr::Unary(_) | Expr::Let(_) => true,
            Expr::Lit(literal) => matches!(literal.lit, Lit::Bool(_)),
            _ => false,
        };
        if !has_its_own && let Some(old) = self.text.get(condition.span().byte_range()) {
            self.replace(condition.span(), &format!("!({old})"));
        }
    }
}

fn exchanged(operator: &BinOp) -> Option<&'static str> {
    Some(match operator {
        BinOp::Eq(_) => "!=",
        BinOp::Ne(_) => "==",
        BinOp::Lt(_) => "<=",
        BinOp::Le(_) => "<",
        BinOp::Gt(_) => ">=",
        BinOp::Ge(_) => ">",
        BinOp::And(_) => "||",
        BinOp::Or(_) => "&&",
        BinOp::Add(_) => "-",
        BinOp::Sub(_) | BinOp::Mul(_) => "+",
        BinOp::Div(_) => "*",
        BinOp::Rem(_) => "/",
        BinOp::BitAnd(_) => "|",
        BinOp::BitOr(_) => "&",
        BinOp::Shl(_) => ">>",
        BinOp::Shr(_) => "<<",
        BinOp::AddAssign(_) => "-=",
        BinOp::SubAssign(_) | BinOp::MulAssign(_) => "+=",
        _ => return None,
    })
}

fn is_skipped(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("cfg") && list.is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_skipped(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_impl(&mut self, block: &'ast syn::ItemImpl) {
        let of = block
            .trait_
            .as_ref()
            .and_then(|(path, _)| path.segments.last());
        if of.is_none_or(|name| name.ident != "Debug") {
            visit::visit_item_impl(self, block);
        }
    }

    // Attributes and types have literals too, which are no behaviour of their own.
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_type(&mut self, _: &'ast syn::Type) {}

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if let Some(other) = exchanged(&binary.op) {
            self.replace(binary.op.span(), other);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        if let UnOp::Not(not) = &unary.op {
            self.replace(not.span(), "");
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        self.turn_round(&branch.cond);
        visit::visit_expr_if(self, branch);
    }

    fn visit_expr_while(&mut self, repeat: &'ast syn::ExprWhile) {
        self.turn_round(&repeat.cond);
        visit::visit_expr_while(self, repeat);
    }

    fn visit_lit(&mut self, literal: &'ast Lit) {
        match literal {
            Lit::Bool(value) => {
                self.replace(value.span(), if value.value { "false" } else { "true" });
            }
            Lit::Int(value) => {
                // What does not fit does not build, and counts for nothing.
                if let Ok(number) = value.base10_parse::<u128>() {
                    let more = format!("{}{}", number.saturating_add(1), value.suffix());
                    self.replace(value.span(), &more);
                }
            }
            _ => {}
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(last) = path.path.segments.last()
            && ["Acquire", "Release", "AcqRel", "SeqCst"]
                .iter()
                .any(|name| last.ident == name)
        {
            self.replace(last.ident.span(), "Relaxed");
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if let Stmt::Expr(Expr::Call(_) | Expr::MethodCall(_) | Expr::Assign(_), Some(_)) =
            statement
        {
            self.replace(statement.span(), "");
        }
        visit::visit_stmt(self, statement);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = mutations(text).into_iter().map(|it| it.text).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn each_change_is_one() {
        check("fn f() -> bool { a < b }", &["fn f() -> bool { a <= b }"]);
        check(
            "fn f() { if !ok { go(7u8); } }",
            &[
                "fn f() { if ok { go(7u8); } }",
                "fn f() { if !ok {  } }",
                "fn f() { if !ok { go(8u8); } }",
            ],
        );
        check(
            "fn f() { while x.more() {} }",
            &["fn f() { while !(x.more()) {} }"],
        );
        check(
            "fn f() -> u8 { n.load(Ordering::Acquire) }",
            &["fn f() -> u8 { n.load(Ordering::Relaxed) }"],
        );
    }

    #[test]
    fn what_no_test_can_notice_stays() {
        check("#[cfg(test)] mod tests { fn f() -> bool { true } }", &[]);
        check("impl fmt::Debug for S { fn f() -> bool { true } }", &[]);
        check("fn f() { println!(\"{}\", 1 + 2) }", &[]);
        check("fn f() -> [u8; 4] { x }", &[]);
        check("not Rust", &[]);
    }

    #[test]
    fn a_change_is_told_with_its_line() {
        let found = mutations("fn f() -> bool {\n    // é\n    a   ==\n b\n}\n");
        assert_eq!(found[0].line, 3);
        assert_eq!(found[0].change, "`!=` in place of `==`");
    }
}
