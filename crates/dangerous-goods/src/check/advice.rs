//! Good sense about two goods that is no part of any verdict: what would happen if they met.
//!
//! The list is our own and reviewed; a line of it is two kinds of goods, as far as names tell
//! ([`Nature`]), and one sentence on what they do together. It is the same in every regime, because
//! chemistry is.

use crate::catalogue::Nature;

/// What two kinds of goods do when they meet.
struct Reaction {
    first: Nature,
    second: Nature,
    /// Completes "UN… and UN… are ".
    says: &'static str,
}

const fn reaction(first: Nature, second: Nature, says: &'static str) -> Reaction {
    Reaction { first, second, says }
}

const REACTIONS: [Reaction; 21] = [
    reaction(
        Nature::CYANIDE,
        Nature::ACID,
        "a cyanide and an acid: keep them well apart, together they give off hydrogen cyanide",
    ),
    reaction(
        Nature::ACID,
        Nature::ALKALI.or(Nature::BASE),
        "an acid and an alkali: keep them apart, together they boil up, spatter and break their packages",
    ),
    reaction(
        Nature::ACTIVE_CHLORINE,
        Nature::ACID,
        "a bleaching agent and an acid: keep them well apart, together they give off chlorine",
    ),
    reaction(
        Nature::ACTIVE_CHLORINE,
        Nature::AMMONIUM,
        "a bleaching agent and an ammonium compound: keep them well apart, together they give off toxic chloramines and may explode",
    ),
    reaction(
        Nature::CHLORINE,
        Nature::AMMONIUM,
        "chlorine and an ammonium compound: keep them well apart, together they form explosive nitrogen trichloride",
    ),
    reaction(
        Nature::AMMONIUM,
        Nature::ALKALI,
        "an ammonium compound and an alkali: keep them apart, together they give off ammonia",
    ),
    reaction(
        Nature::CHLORATE,
        Nature::AMMONIUM,
        "a chlorate and an ammonium compound: keep them well apart, together they form a salt that may explode on its own",
    ),
    reaction(
        Nature::CHLORATE,
        Nature::ACID,
        "a chlorate and an acid: keep them well apart, together they give off chlorine dioxide, which explodes",
    ),
    reaction(
        Nature::CHLORATE.or(Nature::NITRATE).or(Nature::PERMANGANATE),
        Nature::METAL_POWDER,
        "an oxidizer and a metal powder: keep them well apart, mixed they burn like gunpowder",
    ),
    reaction(
        Nature::CHLORATE.or(Nature::NITRATE).or(Nature::NITRITE),
        Nature::CYANIDE,
        "an oxidizer and a cyanide: keep them well apart, mixed and heated they explode",
    ),
    reaction(
        Nature::CHLORATE.or(Nature::NITRATE).or(Nature::PERMANGANATE),
        Nature::SULFIDE,
        "an oxidizer and a sulfide: keep them apart, mixed they catch fire by friction or a blow",
    ),
    reaction(
        Nature::NITRITE,
        Nature::AMMONIUM,
        "a nitrite and an ammonium compound: keep them well apart, together they decompose with heat and may explode",
    ),
    reaction(
        Nature::NITRITE,
        Nature::ACID,
        "a nitrite and an acid: keep them apart, together they give off toxic brown fumes",
    ),
    reaction(
        Nature::PERMANGANATE,
        Nature::ACID.or(Nature::PEROXIDE),
        "a permanganate and an acid or a peroxide: keep them well apart, together they decompose violently",
    ),
    reaction(
        Nature::SULFIDE,
        Nature::ACID,
        "a sulfide and an acid: keep them well apart, together they give off hydrogen sulfide",
    ),
    reaction(
        Nature::AZIDE,
        Nature::ACID,
        "an azide and an acid: keep them well apart, together they give off hydrazoic acid, toxic and explosive",
    ),
    reaction(
        Nature::AZIDE,
        Nature::HEAVY_METAL,
        "an azide and a heavy metal or its salt: keep them well apart, together they form azides that explode at a touch",
    ),
    reaction(
        Nature::PEROXIDE,
        Nature::ACID.or(Nature::ALKALI),
        "a peroxide and an acid or an alkali: keep them apart, together they may decompose with heat and burst their packages",
    ),
    reaction(
        Nature::PEROXIDE,
        Nature::METAL_POWDER.or(Nature::HEAVY_METAL),
        "a peroxide and a metal or its salt: keep them apart, metals set off the decomposition of peroxides",
    ),
    reaction(
        Nature::WATER_REACTIVE,
        Nature::AQUEOUS,
        "goods that react with water and goods that contain it: keep them apart and dry, a leak would give off gas and heat",
    ),
    reaction(
        Nature::METAL_POWDER,
        Nature::ACID.or(Nature::ALKALI),
        "a metal powder and an acid or an alkali: keep them apart, together they give off hydrogen, which burns",
    ),
];

/// What two goods would do if they met.
pub(super) fn on(a: Nature, b: Nature) -> impl Iterator<Item = &'static str> {
    let meets = move |reaction: &&Reaction| {
        (a.is(reaction.first) && b.is(reaction.second)) || (a.is(reaction.second) && b.is(reaction.first))
    };
    REACTIONS.iter().filter(meets).map(|reaction| reaction.says)
}

/// All kinds that goods react with, so that most pairs are done with one look.
pub(super) fn partners(nature: Nature) -> Nature {
    REACTIONS.iter().fold(Nature::default(), |all, reaction| {
        let one = if nature.is(reaction.first) {
            reaction.second
        } else {
            Nature::default()
        };
        let other = if nature.is(reaction.second) {
            reaction.first
        } else {
            Nature::default()
        };
        all.or(one).or(other)
    })
}
