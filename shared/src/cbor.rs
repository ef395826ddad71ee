//! CBOR (RFC 8949) with named fields, on the wire and in the tablet's store.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Writes a value. Ours have nothing that CBOR lacks, and memory does not refuse to be written to.
pub(crate) fn write<T: Serialize>(value: &T) -> Vec<u8> {
    let written = minicbor_serde::to_vec(value);
    debug_assert!(written.is_ok());
    written.unwrap_or_default()
}

/// Reads a value that takes up all of `bytes`.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let mut reader = minicbor_serde::Deserializer::new(bytes);
    let value = T::deserialize(&mut reader).ok()?;
    (reader.decoder().position() == bytes.len()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_may_follow_and_nothing_may_be_missing() {
        let bytes = write(&vec!["satu", "dua"]);
        assert_eq!(read::<Vec<String>>(&bytes), Some(vec!["satu".into(), "dua".into()]));
        assert_eq!(read::<Vec<String>>(&bytes[..bytes.len() - 1]), None);
        assert_eq!(read::<Vec<String>>(&[bytes, vec![0]].concat()), None);
    }

    #[test]
    fn nesting_without_end_in_a_field_nobody_knows_does_no_harm() {
        #[derive(serde::Deserialize)]
        struct Known {
            v: u16,
        }
        let mut bytes = vec![0xa2, 0x61, b'x'];
        bytes.extend(std::iter::repeat_n(0x81, 200_000));
        bytes.extend([0x00, 0x61, b'v', 0x07]);
        assert_eq!(read::<Known>(&bytes).map(|known| known.v), Some(7));
    }
}
