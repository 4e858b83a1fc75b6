use std::{collections::HashMap, convert::Infallible};

use super::*;

/// The definition itself, as RFC 6962 section 2.1 writes it: slow and plain.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::empty(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(usize::try_from(split(leaves.len() as u64)).unwrap());
            Hash::node(mth(left), mth(right))
        }
    }
}

/// Leaves, and the subtrees over them that were asked for.
struct Naive(Vec<Hash>, HashMap<Node, Hash>);

impl Nodes for Naive {
    type Error = Infallible;

    fn node(&mut self, node: Node) -> Result<Hash, Infallible> {
        let at = |place| usize::try_from(place).unwrap();
        Ok(*self.1.entry(node).or_insert_with(|| mth(&self.0[at(node.from())..at(node.to())])))
    }
}

fn tree(size: u64) -> Naive {
    Naive((0..size).map(|index| Hash::leaf(&index.to_be_bytes())).collect(), HashMap::new())
}

fn given<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

fn hash(text: &str) -> Hash {
    Hash::from_slice(&hex::decode(text).unwrap()).unwrap()
}

/// The eight entries that the test suite of Certificate Transparency has for RFC 6962, with their roots and proofs.
fn known() -> Naive {
    let entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    Naive(entries.iter().map(|entry| Hash::leaf(&hex::decode(entry).unwrap())).collect(), HashMap::new())
}

#[test]
fn the_known_roots_of_rfc_6962_come_out() {
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let (mut nodes, mut frontier) = (known(), Frontier::default());
    for (size, expected) in roots.iter().enumerate() {
        assert_eq!(given(root(&mut nodes, size as u64)), hash(expected), "size {size}");
        assert_eq!(frontier.root(), hash(expected), "size {size}");
        if let Some(leaf) = nodes.0.get(size) {
            frontier.push(*leaf);
        }
    }
}

#[test]
fn the_known_proofs_of_rfc_6962_come_out() {
    let mut nodes = known();
    let path: Vec<Hash> = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    .map(hash)
    .to_vec();
    assert_eq!(given(inclusion(&mut nodes, 5, 8)), path);
    let path: Vec<Hash> = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    .map(hash)
    .to_vec();
    assert_eq!(given(consistency(&mut nodes, 6, 8)), path);
}

#[test]
fn roots_and_inclusion_agree_with_the_definition_for_every_leaf_of_every_size() {
    for size in 1..=300 {
        let mut nodes = tree(size);
        let expected = mth(&nodes.0);
        assert_eq!(given(root(&mut nodes, size)), expected);
        for index in 0..size {
            let path = given(inclusion(&mut nodes, index, size));
            let leaf = nodes.0[usize::try_from(index).unwrap()];
            assert_eq!(verify_inclusion(leaf, index, size, &path, expected), Ok(()), "{index} of {size}");
            let wrong = (index + 1) % size;
            assert!(size == 1 || verify_inclusion(leaf, wrong, size, &path, expected).is_err(), "{index} of {size}");
            if let Some((_, shorter)) = path.split_last() {
                assert!(verify_inclusion(leaf, index, size, shorter, expected).is_err(), "{index} of {size}");
            }
            let longer = [path.as_slice(), &[leaf]].concat();
            assert!(verify_inclusion(leaf, index, size, &longer, expected).is_err(), "{index} of {size}");
        }
    }
}

#[test]
fn consistency_holds_between_every_two_sizes_and_not_with_another_past() {
    let mut nodes = tree(300);
    let roots: Vec<Hash> = (0..=300).map(|size| mth(&nodes.0[..size])).collect();
    for size in 0..=300_u64 {
        for old in 0..=size {
            let path = given(consistency(&mut nodes, old, size));
            let root = |size: u64| (size, roots[usize::try_from(size).unwrap()]);
            assert_eq!(verify_consistency(root(old), root(size), &path), Ok(()), "{old} to {size}");
            let other = (old, Hash::leaf(b"another past"));
            assert!(verify_consistency(other, root(size), &path).is_err(), "{old} to {size}");
            let other = (size, Hash::leaf(b"another present"));
            assert!(old == 0 || verify_consistency(root(old), other, &path).is_err(), "{old} to {size}");
            let longer = [path.as_slice(), &[Hash::empty()]].concat();
            assert!(verify_consistency(root(old), root(size), &longer).is_err(), "{old} to {size}");
            if let Some((_, shorter)) = path.split_last() {
                assert!(verify_consistency(root(old), root(size), shorter).is_err(), "{old} to {size}");
            }
        }
        assert!(verify_consistency((size + 1, Hash::empty()), (size, roots[0]), &[]).is_err());
    }
}

#[test]
fn a_frontier_takes_leaves_and_whole_subtrees_alike() {
    let mut nodes = tree(200);
    for from in 0..200 {
        for to in (from..=200).step_by(7) {
            let mut frontier = Frontier::default();
            for node in cover(0, from) {
                frontier.push_subtree(given(nodes.node(node)), node.level).unwrap();
            }
            nodes.0[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()]
                .iter()
                .for_each(|leaf| frontier.push(*leaf));
            for node in cover(to, 200) {
                frontier.push_subtree(given(nodes.node(node)), node.level).unwrap();
            }
            assert_eq!((frontier.size(), frontier.root()), (200, mth(&nodes.0)), "{from} to {to}");
        }
    }
    let mut frontier = Frontier::default();
    frontier.push(Hash::empty());
    assert_eq!(frontier.push_subtree(Hash::empty(), 1), Err(Misplaced { level: 1, at: 1 }));
    assert!(frontier.push_subtree(Hash::empty(), 64).is_err());
}

#[test]
fn what_a_proof_needs_is_known_before_it_is_made() {
    let mut wanted = Wanted::default();
    given(inclusion(&mut wanted, 5, 7));
    let nodes = [(0, 4), (0, 6), (2, 0)].map(|(level, index)| Node { level, index });
    assert_eq!(wanted.0, nodes);
}
