//! What is wrong with something that somebody filled in: one table of codes, fields and sentences for each kind of form.

/// An enum `Fault` with what every reader of one needs.
macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $field:literal, $sentence:literal;)+) => {
        /// What is wrong, with a stable code and the field it is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fault { $($(#[$doc])* $name,)+ }

        impl Fault {
            /// The stable code. Do not change: clients know them.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The field of the form that it is about; empty where it is about the whole.
            pub fn field(self) -> &'static str {
                match self { $(Self::$name => $field,)+ }
            }

            /// The fault with this code.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)+ _ => None }
            }

            /// One sentence that says what to do next.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
        }

        impl std::fmt::Display for Fault {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.sentence())
            }
        }
    };
}
pub(crate) use faults;
