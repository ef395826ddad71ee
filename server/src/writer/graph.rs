//! The changes of one sheet as a graph, to answer one question fast: what does somebody lack who has these?
//!
//! Changes lie in the order they were accepted, so what a change builds on always lies before it.

use std::collections::{BTreeSet, BinaryHeap, HashMap};

use bilik_shared::id::{ActorId, DeviceCode, Hash};
use bilik_shared::sheet::Chunk;
use bilik_shared::time::Timestamp;

/// All changes of one sheet.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    places: HashMap<Hash, usize>,
    heads: BTreeSet<usize>,
    last_seqs: HashMap<ActorId, u64>,
}

/// One change.
#[derive(Debug)]
pub struct Node {
    /// Its name.
    pub hash: Hash,
    /// The plain change chunk.
    pub bytes: Box<[u8]>,
    /// The tablet that brought it; `None` for the server's own.
    pub device: Option<DeviceCode>,
    /// When the server received it.
    pub received_at: Timestamp,
    deps: Box<[usize]>,
}

/// What is known about a place while [`Graph::missing`] walks from the newest change to older ones.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Unseen,
    Missing,
    Known,
}

impl Graph {
    /// Adds a change. Everything it builds on must be here.
    pub fn push(&mut self, chunk: &Chunk, device: Option<DeviceCode>, received_at: Timestamp) {
        let deps: Box<[usize]> =
            chunk.deps().iter().filter_map(|dep| self.places.get(dep).copied()).collect();
        let place = self.nodes.len();
        for dep in &deps {
            self.heads.remove(dep);
        }
        self.heads.insert(place);
        self.places.insert(chunk.hash(), place);
        let last = self.last_seqs.entry(chunk.actor()).or_default();
        *last = chunk.seq().max(*last);
        let bytes = chunk.bytes().into();
        self.nodes.push(Node { hash: chunk.hash(), bytes, device, received_at, deps });
    }

    /// Whether a change is here.
    pub fn has(&self, hash: &Hash) -> bool {
        self.places.contains_key(hash)
    }

    /// A change by name.
    pub fn get(&self, hash: &Hash) -> Option<&Node> {
        self.places.get(hash).map(|place| &self.nodes[*place])
    }

    /// A change by name, with its place in the order of acceptance.
    pub fn find(&self, hash: &Hash) -> Option<(usize, &Node)> {
        self.places.get(hash).map(|place| (*place, &self.nodes[*place]))
    }

    /// The newest changes: together they name everything that is here.
    pub fn heads(&self) -> Vec<Hash> {
        self.heads.iter().map(|place| self.nodes[*place].hash).collect()
    }

    /// The number of an actor's last change; 0 if it has none here.
    pub fn last_seq(&self, actor: ActorId) -> u64 {
        self.last_seqs.get(&actor).copied().unwrap_or_default()
    }

    /// The changes that somebody lacks who has `known` and all they build on, in causal order.
    /// What is not here is ignored.
    ///
    /// Walks from the newest change down and stops when nothing older can be missing,
    /// so the cost is that of the answer and not of the sheet.
    pub fn missing<'k>(&self, known: impl Iterator<Item = &'k Hash>) -> Vec<&Node> {
        let mut marks = vec![Mark::Unseen; self.nodes.len()];
        let mut waiting = BinaryHeap::new();
        let mut open = 0usize;
        for head in &self.heads {
            marks[*head] = Mark::Missing;
            waiting.push(*head);
            open += 1;
        }
        for place in known.filter_map(|hash| self.places.get(hash).copied()) {
            match marks[place] {
                Mark::Known => continue,
                Mark::Missing => open -= 1,
                Mark::Unseen => waiting.push(place),
            }
            marks[place] = Mark::Known;
        }
        let mut missing = Vec::new();
        while open > 0 {
            let Some(place) = waiting.pop() else { break };
            let mark = marks[place];
            if mark == Mark::Missing {
                missing.push(&self.nodes[place]);
                open -= 1;
            }
            for dep in &self.nodes[place].deps {
                match (marks[*dep], mark) {
                    (Mark::Unseen, _) => {
                        marks[*dep] = mark;
                        waiting.push(*dep);
                        open += usize::from(mark == Mark::Missing);
                    }
                    (Mark::Missing, Mark::Known) => {
                        marks[*dep] = Mark::Known;
                        open -= 1;
                    }
                    _ => {}
                }
            }
        }
        missing.reverse();
        missing
    }

    /// Every change, in causal order.
    pub fn all(&self) -> &[Node] {
        &self.nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph of names: each letter with the letters it builds on.
    fn graph(edges: &[(u8, &[u8])]) -> Graph {
        let mut graph = Graph::default();
        for (name, deps) in edges {
            let deps: Box<[usize]> =
                deps.iter().map(|dep| graph.places[&Hash([*dep; 32])]).collect();
            let place = graph.nodes.len();
            for dep in &deps {
                graph.heads.remove(dep);
            }
            graph.heads.insert(place);
            let hash = Hash([*name; 32]);
            graph.places.insert(hash, place);
            graph.nodes.push(Node {
                hash,
                bytes: Box::default(),
                device: None,
                received_at: Timestamp(0),
                deps,
            });
        }
        graph
    }

    fn missing(graph: &Graph, known: &[u8]) -> String {
        let known: Vec<Hash> = known.iter().map(|name| Hash([*name; 32])).collect();
        graph.missing(known.iter()).iter().map(|node| char::from(node.hash.0[0])).collect()
    }

    #[test]
    fn what_somebody_lacks_follows_from_what_they_have() {
        // a ← b ← d ← f,  a ← c ← e,  f and e ← g
        let graph = graph(&[
            (b'a', b""),
            (b'b', b"a"),
            (b'c', b"a"),
            (b'd', b"b"),
            (b'e', b"c"),
            (b'f', b"d"),
            (b'g', b"fe"),
        ]);
        let cases: &[(&[u8], &str)] = &[
            (b"", "abcdefg"),
            (b"g", ""),
            (b"f", "ceg"),
            (b"e", "bdfg"),
            (b"ef", "g"),
            (b"a", "bcdefg"),
            (b"bc", "defg"),
            (b"x", "abcdefg"),
            (b"xd", "cefg"),
        ];
        for (known, expected) in cases {
            assert_eq!(missing(&graph, known), *expected, "{known:?}");
        }
        assert_eq!(graph.heads(), [Hash([b'g'; 32])]);
    }
}
