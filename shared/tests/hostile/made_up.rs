//! Makes changes up: honest ones with something turned over, always with a right checksum.

use std::num::NonZeroU64;

use automerge::legacy::{ElementId, Key, MarkData, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange, ObjType, ScalarValue};
use bilik_shared::sheet::Chunk;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use sha2::{Digest as _, Sha256};

use crate::honest::House;

/// A source of made-up changes; the same seed gives the same ones.
pub struct MadeUp {
    dice: TestRng,
    honest: Vec<ExpandedChange>,
    actors: Vec<ActorId>,
    operations: Vec<OpId>,
    objects: Vec<ObjectId>,
    hashes: Vec<ChangeHash>,
}

fn pick<T: Clone>(dice: &mut TestRng, from: &[T]) -> T {
    from[(dice.next_u64() % from.len() as u64) as usize].clone()
}

fn expanded(chunk: &Chunk) -> ExpandedChange {
    Change::from_bytes(chunk.bytes().to_vec()).unwrap().decode()
}

impl MadeUp {
    /// Starts from what is honest.
    pub fn new(seed: u64, house: &House) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let honest: Vec<ExpandedChange> = house.next.iter().map(expanded).collect();
        let known: Vec<ExpandedChange> = house.known.iter().map(expanded).collect();
        let mut actors: Vec<ActorId> = known.iter().map(|change| change.actor_id.clone()).collect();
        actors
            .extend([vec![], vec![7], vec![7; 16], vec![0xff; 16], vec![7; 17]].map(ActorId::from));
        let mut operations = Vec::new();
        let mut objects = vec![ObjectId::Root];
        for change in known.iter().chain(&honest) {
            for (n, op) in change.operations.iter().enumerate() {
                let id = OpId(change.start_op.get() + n as u64, change.actor_id.clone());
                if matches!(op.action, OpType::Make(_)) {
                    objects.push(ObjectId::Id(id.clone()));
                }
                operations.push(id);
            }
        }
        let hashes = house.known.iter().map(|chunk| ChangeHash(chunk.hash().0)).collect();
        let dice = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self { dice, honest, actors, operations, objects, hashes }
    }

    /// The next change as bytes, and what was made up about it.
    pub fn next(&mut self) -> (Vec<u8>, String) {
        let mut change = pick(&mut self.dice, &self.honest);
        let mut how = Vec::new();
        // One thing wrong gets furthest; several find what hides behind each other.
        for _ in 0..=self.under(3) {
            how.push(self.turn(&mut change));
        }
        let mut bytes = Change::from(change).raw_bytes().to_vec();
        if self.under(4) == 0 {
            how.push(self.turn_bytes(&mut bytes));
        }
        (bytes, how.join(", "))
    }

    fn under(&mut self, end: usize) -> usize {
        (self.dice.next_u64() % end.max(1) as u64) as usize
    }

    fn number(&mut self) -> u64 {
        let some = [0, 1, 2, 3, 5, 17, 10_000, u32::MAX.into(), i64::MAX as u64, u64::MAX];
        match self.under(3) {
            0 => pick(&mut self.dice, &some),
            1 => self.dice.next_u64() % 40,
            _ => self.dice.next_u64() >> self.under(64),
        }
    }

    fn id(&mut self) -> OpId {
        match self.under(4) {
            0 => OpId(self.number() >> 32, pick(&mut self.dice, &self.actors)),
            _ => pick(&mut self.dice, &self.operations),
        }
    }

    fn text(&mut self) -> String {
        let some =
            ["", "reason", "state", "entries", "answers", "schema", "0", "\u{0}", "zz", "🙂"];
        match self.under(12) {
            0 => "x".repeat(self.under(20_000)),
            1 => format!("{:032x}", self.dice.next_u64()),
            n => some[n % some.len()].into(),
        }
    }

    fn scalar(&mut self) -> ScalarValue {
        match self.under(10) {
            0 => ScalarValue::Bytes(vec![7; self.under(40)]),
            1 => ScalarValue::Int(self.number() as i64),
            2 => ScalarValue::Uint(self.number()),
            3 => ScalarValue::F64(f64::from_bits(self.dice.next_u64())),
            4 => ScalarValue::counter(self.number() as i64),
            5 => ScalarValue::Timestamp(self.number() as i64),
            6 => ScalarValue::Boolean(true),
            7 => ScalarValue::Null,
            8 => ScalarValue::Unknown { type_code: 10 + (self.under(6) as u8), bytes: vec![1, 2] },
            _ => ScalarValue::Str(self.text().into()),
        }
    }

    fn action(&mut self) -> OpType {
        let kinds = [ObjType::Map, ObjType::List, ObjType::Text, ObjType::Table];
        match self.under(8) {
            0 | 1 => OpType::Make(pick(&mut self.dice, &kinds)),
            2 => OpType::Delete,
            3 => OpType::Increment(self.number() as i64),
            4 => OpType::MarkEnd(true),
            5 => {
                let name = self.text().into();
                OpType::MarkBegin(MarkData { name, value: self.scalar(), expand: false })
            }
            _ => OpType::Put(self.scalar()),
        }
    }

    fn turn(&mut self, change: &mut ExpandedChange) -> &'static str {
        match self.under(10) {
            0 => {
                change.seq = self.number();
                "its number"
            }
            1 => {
                // Only up to 32 bits: Automerge writes no others.
                let start = self.number() & 0x00ff_ffff;
                change.start_op = NonZeroU64::new(start.max(1)).unwrap();
                "its counter"
            }
            2 => {
                change.time = self.number() as i64;
                change.message = Some(self.text()).filter(|text| !text.is_empty());
                "its time and author"
            }
            3 => {
                let dep = pick(&mut self.dice, &self.hashes);
                match self.under(4) {
                    0 => change.deps.clear(),
                    1 => change.deps.push(ChangeHash([9; 32])),
                    2 => change.deps = vec![dep],
                    _ => change.deps.push(dep),
                }
                "what it builds on"
            }
            4 => {
                change.actor_id = pick(&mut self.dice, &self.actors);
                "its actor"
            }
            5 => {
                change.extra_bytes = vec![1; self.under(50)];
                "bytes after it"
            }
            _ => self.turn_operations(&mut change.operations),
        }
    }

    fn turn_operations(&mut self, all: &mut Vec<Op>) -> &'static str {
        if all.is_empty() {
            return "no operation";
        }
        let (n, other) = (self.under(all.len()), self.under(all.len()));
        let op = &mut all[n];
        match self.under(9) {
            0 => {
                op.obj = match self.under(3) {
                    0 => ObjectId::Id(self.id()),
                    _ => pick(&mut self.dice, &self.objects),
                };
                "the object"
            }
            1 => {
                op.key = match self.under(4) {
                    0 => Key::Seq(ElementId::Head),
                    1 => Key::Seq(ElementId::Id(self.id())),
                    _ => Key::Map(self.text().into()),
                };
                "the key"
            }
            2 => {
                op.action = self.action();
                "the action"
            }
            3 | 4 => {
                let mut pred: Vec<OpId> = op.pred.iter().cloned().collect();
                if self.under(3) == 0 {
                    pred.clear();
                } else {
                    pred.extend((0..=self.under(3)).map(|_| self.id()));
                }
                op.pred = pred.into();
                "what it replaces"
            }
            5 => {
                op.insert = !op.insert;
                "inserting"
            }
            6 => {
                all.swap(n, other);
                "the order"
            }
            7 => {
                let op = op.clone();
                let times = if self.under(200) == 0 { 70_000 } else { self.under(4) };
                all.extend(std::iter::repeat_n(op, times));
                "again and again"
            }
            _ => {
                all.remove(n);
                "one less"
            }
        }
    }

    /// Turns bytes of the contents over, and makes length and checksum right again.
    fn turn_bytes(&mut self, bytes: &mut Vec<u8>) -> &'static str {
        let length = bytes[9..].iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
        let mut contents = bytes.split_off(9 + length);
        for _ in 0..=self.under(3) {
            let at = self.under(contents.len());
            match self.under(4) {
                0 => contents[at] ^= 1 << self.under(8),
                1 => contents[at] = self.dice.next_u64() as u8,
                2 => {
                    contents.remove(at);
                }
                _ => contents.insert(at, pick(&mut self.dice, &[0, 1, 0x7f, 0x80, 0xff])),
            }
        }
        bytes.truncate(9);
        let mut length = contents.len();
        while length >= 0x80 {
            bytes.push(length as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.append(&mut contents);
        let sum = Sha256::digest(&bytes[8..]);
        bytes[4..8].copy_from_slice(&sum[..4]);
        "bytes"
    }
}
