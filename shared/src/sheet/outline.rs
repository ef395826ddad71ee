//! How much a change unfolds to, told from its bytes before anything is unfolded.
//!
//! A change keeps its operations in columns of runs, where five bytes can stand for billions of them. Automerge
//! reads them one by one into memory, so they are counted first. The layout is the one of Automerge's
//! [storage format](https://automerge.org/automerge-binary-format-spec/) for change chunks.

/// The column of what each operation does; there are as many operations as it has values.
const ACTION: u64 = 4 << 4 | 2;
/// The column that says for each operation how many others it replaces.
const REPLACED: u64 = 7 << 4;

/// What a change would unfold to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outline {
    /// How many operations it has.
    pub operations: u64,
    /// How many operations all of them together say they replace.
    pub replaced: u64,
}

/// Counts what a plain change unfolds to; `None` if it is not laid out as one.
pub(super) fn outline(bytes: &[u8]) -> Option<Outline> {
    // Magic, checksum and type.
    let mut rest = Reader(bytes.get(9..)?);
    rest.number()?;
    for _ in 0..rest.number()? {
        rest.take(32)?;
    }
    rest.text()?;
    for _number_start_and_time in 0..3 {
        rest.number()?;
    }
    rest.text()?;
    for _ in 0..rest.number()? {
        rest.text()?;
    }
    let mut columns = Vec::new();
    for _ in 0..rest.number()? {
        columns.push((rest.number()?, rest.number()?));
    }
    let mut found = Outline { operations: 0, replaced: 0 };
    for (column, len) in columns {
        let data = Reader(rest.take(len)?);
        let (total, of) = match column {
            ACTION => (&mut found.operations, data.total(|_| 1)?),
            REPLACED => (&mut found.replaced, data.total(|value| value)?),
            _ => continue,
        };
        *total = total.checked_add(of)?;
    }
    Some(found)
}

/// What is left to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(len).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let len = self.number()?;
        self.take(len)
    }

    /// An unsigned LEB128; a signed one is as long, so this skips that as well.
    fn number(&mut self) -> Option<u64> {
        self.leb().map(|(number, _)| number)
    }

    fn signed(&mut self) -> Option<i64> {
        let (number, bits) = self.leb()?;
        let negative = bits < 64 && number >> (bits - 1) & 1 == 1;
        Some(if negative { number | u64::MAX << bits } else { number }.cast_signed())
    }

    /// A LEB128 and how many bits it is wide.
    fn leb(&mut self) -> Option<(u64, u32)> {
        let mut number = 0;
        for n in 0..10 {
            let byte = *self.take(1)?.first()?;
            number |= u64::from(byte & 0x7f) << (7 * n);
            if byte & 0x80 == 0 {
                return Some((number, 7 * (n + 1)));
            }
        }
        None
    }

    /// The sum over all values of a column of runs.
    fn total(mut self, weight: impl Fn(u64) -> u64) -> Option<u64> {
        let mut total: u64 = 0;
        while !self.0.is_empty() {
            let of = match self.signed()? {
                // So many times nothing.
                0 => self.number()?.checked_mul(weight(0))?,
                run @ 1.. => run.unsigned_abs().checked_mul(weight(self.number()?))?,
                literal => {
                    let mut of: u64 = 0;
                    for _ in 0..literal.unsigned_abs() {
                        of = of.checked_add(weight(self.number()?))?;
                    }
                    of
                }
            };
            total = total.checked_add(of)?;
        }
        Some(total)
    }
}
