use super::*;
use crate::merkle::Frontier;

fn leaf(index: u64) -> Hash {
    Hash::leaf(&index.to_be_bytes())
}

#[test]
fn tiles_hold_what_every_root_and_proof_needs() {
    const SIZE: u64 = 70_000;
    let (mut edge, mut frontier, mut tiles) = (Edge::default(), Frontier::default(), Tiles::default());
    let mut roots = vec![];
    for index in 0..SIZE {
        edge.push(leaf(index), &mut |id, hashes| {
            assert!(tiles.0.insert(id, hashes.to_vec()).is_none() && hashes.len() == WIDTH);
        });
        frontier.push(leaf(index));
        if index % 4999 == 0 {
            assert_eq!(edge.root(), frontier.root(), "size {}", index + 1);
            roots.push((index + 1, frontier.root()));
        }
    }
    // The numbers of the example in C2SP tlog-tiles.
    let full = |level| tiles.0.keys().filter(|id| id.level == level).count();
    assert_eq!((full(0), full(1), full(2)), (273, 1, 0));
    assert_eq!(edge.levels().iter().map(Vec::len).collect::<Vec<_>>(), [112, 17, 1]);
    for (level, hashes) in (0..).zip(edge.levels()) {
        let id = TileId { level, index: (SIZE >> (8 * (level + 1))) };
        assert_eq!(id.width(SIZE), hashes.len());
        tiles.0.insert(id, hashes.clone());
    }
    for (size, root) in &roots {
        assert_eq!(merkle::root(&mut tiles, *size), Ok(*root), "size {size}");
        let path = merkle::consistency(&mut tiles, *size, SIZE).unwrap();
        assert_eq!(merkle::verify_consistency((*size, *root), (SIZE, frontier.root()), &path), Ok(()));
        let path = merkle::inclusion(&mut tiles, size - 1, SIZE).unwrap();
        assert_eq!(merkle::verify_inclusion(leaf(size - 1), size - 1, SIZE, &path, frontier.root()), Ok(()));
    }
    assert_eq!(merkle::root(&mut tiles, SIZE + 1), Err(MissingTile(TileId { level: 0, index: 273 })));
}

#[test]
fn an_edge_is_read_back_and_one_of_another_size_is_not() {
    let mut edge = Edge::default();
    for index in 0..600 {
        edge.push(leaf(index), &mut |_, _| {});
        let read = Edge::try_new(edge.size(), edge.levels().to_vec()).unwrap();
        assert_eq!(read, edge);
        assert_eq!(Edge::try_new(edge.size() + 1, edge.levels().to_vec()), Err(BrokenEdge(edge.size() + 1)));
    }
    assert_eq!(Edge::try_new(0, vec![]).unwrap().root(), Hash::empty());
}

#[test]
fn a_path_names_one_tile_and_a_tile_has_one_path() {
    let hashes = |level, index, width| Resource::Hashes(TileId { level, index }, width);
    for (path, resource) in [
        ("0/000", hashes(0, 0, 256)),
        ("0/x001/x234/067", hashes(0, 1_234_067, 256)),
        ("63/999.p/255", hashes(63, 999, 255)),
        ("entries/x001/000", Resource::Entries(1000, 256)),
        ("entries/000.p/1", Resource::Entries(0, 1)),
    ] {
        assert_eq!(path.parse(), Ok(resource), "{path}");
        assert_eq!(resource.to_string(), path);
    }
    for wrong in [
        "",
        "0",
        "0/",
        "0/0",
        "0/0000",
        "00/000",
        "64/000",
        "-1/000",
        "0/x000/001",
        "0/001/001",
        "0/x001/x001",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "entries",
        "entries/",
        "other/000",
        "0/000/",
        "0/+01",
        "0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(wrong.parse::<Resource>(), Err(PathError), "{wrong}");
    }
}
