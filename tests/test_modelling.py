"""The rules of docs/modelling.md, as far as a program can check them.

Each rule holds in the real graph, and a breach of it, put into a copy of the real graph, is found: by a query of this
file, by a shape, or by both. Which part of a rule only a reader can check is said in docs/modelling.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Triple

from mea_kg import resources
from mea_kg.building import Build
from mea_kg.namespaces import ID, MEA, RDF
from mea_kg.relations import relation
from mea_kg.stores import AUTHORED_GRAPH, INFERRED_GRAPH, triples_of
from mea_kg.texts import word_count
from tests.breaches import HEADER, SHAPES, World
from tests.test_shapes import ALL_RULES

RULES = Path(__file__).parent.parent / "docs" / "modelling.md"


@pytest.fixture
def world(real: Build) -> World:
    return World(real.store)


def test_rule_01_a_treaty_is_no_agent(world: World) -> None:
    acting = """
        SELECT ?node WHERE {
          VALUES ?role {
            mea:participant mea:subject mea:counterpart mea:addressee mea:actor mea:member mea:recipient
            mea:concurrenceOf mea:between mea:from mea:to
          }
          ?node ?role ?treaty . ?treaty a mea:Treaty .
        }"""
    regimes = """
        SELECT ?regime WHERE {
          ?regime a mea:TreatyRegime .
          FILTER (EXISTS { ?regime a mea:Secretariat } || EXISTS { ?regime a mea:Treaty }
                  || NOT EXISTS { ?regime mea:actsUnder ?treaty . ?treaty a mea:Treaty })
        }"""
    assert not world.ask(acting) | world.ask(regimes)
    world.add("<partnership/cites-cms> mea:participant <treaty/cms> . <regime/cms> a mea:Secretariat .")
    assert world.ask(acting) == {"partnership/cites-cms"}
    assert world.ask(regimes) == {"regime/cms"}
    assert world.refused("Instrument-participant") == {("Instrument-participant", "partnership/cites-cms")}


def test_rule_02_the_actor_is_the_one_that_is_printed(world: World) -> None:
    other = """
        SELECT ?act WHERE {
          VALUES (?kind ?word) {
            (mea:Office "Executive Secretary") (mea:Secretariat "Secretariat") (mea:GoverningBody "Conference")
          }
          ?act mea:addressee ?addressee . ?addressee a ?kind .
          FILTER NOT EXISTS { ?act mea:hasEvidence/mea:phrase ?phrase . FILTER (CONTAINS(?phrase, ?word)) }
        }"""
    merged = """
        SELECT ?office WHERE {
          ?office a mea:Office .
          FILTER (EXISTS { ?office a mea:Organization } || NOT EXISTS { ?office mea:officeOf ?organization })
        }"""
    assert not world.ask(other) | world.ask(merged)
    act = "decision/bs-iv-6/3/act/requests"
    world.drop(act, "mea:addressee").add(f"<{act}> mea:addressee <secretariat/cartagena-protocol> .")
    world.add("<office/executive-secretary-cartagena-protocol> a mea:Secretariat , mea:Organization .")
    assert act in world.ask(other)
    assert world.ask(merged) == {"office/executive-secretary-cartagena-protocol"}


def test_rule_03_words_of_a_document_name_nothing(world: World) -> None:
    names = ("DocumentWords-label", "DocumentWords-alias")
    assert not world.refused(*names)
    world.add(
        '<secretariat/cites> skos:altLabel "the Secretariat" . <treaty/cms> skos:altLabel "the Convention" .'
    )
    assert world.refused(*names) == {(names[1], "secretariat/cites"), (names[1], "treaty/cms")}


def test_rule_04_a_meeting_is_no_body(world: World) -> None:
    acting = """
        SELECT ?meeting WHERE {
          ?meeting a mea:Meeting .
          FILTER (EXISTS { ?meeting a mea:Actor } || EXISTS { ?decision mea:adoptedBy ?meeting }
                  || NOT EXISTS { ?meeting mea:sessionOf ?body . ?body a mea:Organization })
        }"""
    assert not world.ask(acting)
    world.drop("resolution/conf-18-5", "mea:adoptedBy")
    world.add("<resolution/conf-18-5> mea:adoptedBy <meeting/cites-cop18> .")
    assert world.ask(acting) == {"meeting/cites-cop18"}
    assert world.refused("Adopted-adoptedBy") == {("Adopted-adoptedBy", "resolution/conf-18-5")}


def test_rule_05_nothing_is_merged(world: World) -> None:
    merged = """
        SELECT ?one WHERE {
          ?one owl:sameAs|skos:exactMatch|dcterms:isReplacedBy ?other .
          FILTER (STRSTARTS(STR(?other), STR(<>)))
        }"""
    apart = "SELECT ?secretariat WHERE { ?secretariat a mea:Secretariat ; mea:servicesTreaty <treaty/basel> }"
    assert not world.ask(merged)
    assert world.ask(apart) == {"secretariat/basel", "secretariat/brs"}
    world.add("<secretariat/brs> owl:sameAs <secretariat/basel> .")
    assert world.ask(merged) == {"secretariat/brs"}


def test_rule_06_described_actors_are_no_individuals(world: World) -> None:
    individual = """
        SELECT ?actors WHERE {
          ?actors a mea:DescribedActors .
          FILTER (EXISTS { ?actors a mea:Organization } || EXISTS { ?actors mea:cooperatesWith ?other }
                  || EXISTS { ?actors mea:isoAlpha2 ?code } || EXISTS { ?membership mea:member ?actors })
        }"""
    assert (
        len(world.ask("SELECT ?actors WHERE { ?act mea:addressee ?actors . ?actors a mea:DescribedActors }"))
        > 3
    )
    assert not world.ask(individual)
    world.add(
        """<actors/bamako-parties> mea:cooperatesWith <organization/imo> .
           <organization/imo> mea:cooperatesWith <actors/bamako-parties> .""",
        INFERRED_GRAPH,
    )
    world.add("<actors/bamako-relevant-ngos> a mea:Organization .")
    assert world.ask(individual) == {"actors/bamako-parties", "actors/bamako-relevant-ngos"}
    assert world.refused("Cooperating-cooperatesWith") == {("Cooperating-cooperatesWith", "organization/imo")}


def test_rule_07_the_verb_is_kept(world: World) -> None:
    other = """
        SELECT ?act WHERE {
          ?act mea:verb ?verb ; mea:verbAsPrinted ?printed .
          FILTER NOT EXISTS {
            ?verb skos:prefLabel|skos:altLabel ?label .
            FILTER (CONTAINS(LCASE(?printed), LCASE(STR(?label))))
          }
        }"""
    promoted = """
        SELECT ?act WHERE {
          ?act a mea:Act ; mea:verb ?verb .
          FILTER (EXISTS { ?act mea:status ?status . FILTER NOT EXISTS { ?verb mea:verbStatus ?status } }
                  || EXISTS { ?act mea:strength ?strength . FILTER NOT EXISTS { ?verb mea:verbStrength ?strength } })
        }"""
    assert (
        not world.ask(other) | world.ask(promoted) | {focus for _, focus in world.refused("VerbMatchesClass")}
    )
    act = "decision/bamako-cooperation/1/act/encourages"
    world.drop(act, "mea:verb").add(f"<{act}> mea:verb <../vocab/verb/requests> .")
    assert world.ask(other) == {act}
    assert world.ask(promoted) == {act}
    assert world.refused("VerbMatchesClass") == {("VerbMatchesClass", act)}


def test_rule_08_a_preamble_creates_no_duty(world: World) -> None:
    duty = """
        SELECT ?act WHERE {
          ?paragraph a mea:PreambularParagraph ; mea:hasAct ?act .
          FILTER (EXISTS { ?act a mea:Mandate } || EXISTS { ?act mea:addressee ?anybody })
        }"""
    moved = """
        SELECT ?relation WHERE {
          ?relation mea:subject ?subject ; mea:hasEvidence/mea:pinpoint ?pinpoint .
          FILTER (STRSTARTS(?pinpoint, "preamble")) FILTER NOT EXISTS { ?subject a mea:DescribedActors }
        }"""
    relation_ = "relation/bamako-parties-working-relations"
    assert not world.ask(duty) | world.ask(moved)
    assert world.ask(f"SELECT ?subject WHERE {{ <{relation_}> mea:subject ?subject }}") == {
        "actors/bamako-parties"
    }
    world.drop(relation_, "mea:subject").add(f"<{relation_}> mea:subject <secretariat/bamako> .")
    paragraph = "decision/bamako-cooperation/p4"
    world.add(f"<{paragraph}> mea:hasAct <decision/bamako-cooperation/1/act/encourages> .")
    assert world.ask(duty) == {"decision/bamako-cooperation/1/act/encourages"}
    assert world.ask(moved) == {relation_}
    assert world.refused("PreambularParagraph-act") == {("PreambularParagraph-act", paragraph)}


def test_rule_09_to_welcome_is_not_to_establish(world: World) -> None:
    more = """
        SELECT ?act WHERE {
          ?act a mea:Acknowledgement .
          FILTER (EXISTS { ?act mea:addressee|mea:counterpart ?anybody } || EXISTS { ?act mea:status ?status }
                  || EXISTS { ?cooperation mea:derivedFrom ?act })
        }"""
    called = """
        SELECT ?relation WHERE {
          ?relation a mea:AcknowledgedPartnership .
          FILTER NOT EXISTS {
            ?relation mea:hasEvidence/mea:phrase ?phrase . FILTER (CONTAINS(?phrase, "partnership"))
          }
        }"""
    act = "decision/bs-iv-6/1/act/welcomes"
    assert act in world.ask("SELECT ?act WHERE { ?act a mea:Acknowledgement ; mea:concerns ?body }")
    assert not world.ask(more) | world.ask(called)
    world.add(f"<{act}> mea:addressee <secretariat/cartagena-protocol> .")
    world.add("<relation/bamako-parties-working-relations> a mea:AcknowledgedPartnership .")
    assert world.ask(more) == {act}
    assert world.ask(called) == {"relation/bamako-parties-working-relations"}
    assert world.refused("Acknowledgement-addressee") == {("Acknowledgement-addressee", act)}


def test_rule_10_no_status_is_promoted(world: World) -> None:
    promoted = """
        SELECT ?one WHERE {
          ?one mea:cooperatesWith ?other .
          FILTER NOT EXISTS {
            ?cooperation mea:between ?one , ?other ; mea:basis ?basis ; mea:derivedFrom/mea:status ?status .
            FILTER (?basis IN (<../vocab/basis/instrument>, <../vocab/basis/group>, <../vocab/basis/acknowledged>))
            FILTER (?status IN (<../vocab/status/established>, <../vocab/status/ongoing>))
          }
        }"""
    assert not world.ask(promoted) | {focus for _, focus in world.refused("NotEstablishedByMandate")}
    world.add("<secretariat/bamako> mea:cooperatesWith <organization/imo> .", INFERRED_GRAPH)
    assert world.ask(promoted) == {"secretariat/bamako"}
    world.add(
        """<partnership/invented> a mea:MemorandumOfUnderstanding ; mea:status <../vocab/status/established> ;
             mea:participant <secretariat/bamako> , <organization/imo> ;
             mea:hasEvidence <partnership/invented/evidence/1> .
           <partnership/invented/evidence/1> mea:source <document/bamako-cooperation> ; mea:pinpoint "para. 3(a)" ."""
    )
    assert ("NotEstablishedByMandate", "partnership/invented") in world.refused("NotEstablishedByMandate")


def test_rule_11_items_share_verb_and_addressee_and_no_more(world: World) -> None:
    apart = """
        SELECT ?chapeau WHERE {
          ?one mea:inheritsFrom ?chapeau ; mea:hasAct ?first . ?other mea:inheritsFrom ?chapeau ; mea:hasAct ?second .
          ?first mea:verb ?verb . ?second mea:verb ?another .
          FILTER (?verb != ?another || (EXISTS { ?first mea:addressee ?whom }
            && NOT EXISTS { ?first mea:addressee ?whom . ?second mea:addressee ?whom }))
        }"""
    several = "SELECT ?paragraph WHERE { ?paragraph mea:hasAct ?one , ?other . FILTER (?one != ?other) }"
    assert {
        "decision/bs-iv-6/3",
        "decision/bamako-cooperation/5",
        "decision/budget-2005-2006/13",
    } <= world.ask(several)
    assert not world.ask(apart) | {focus for _, focus in world.refused("Chapeau")}
    item = "decision/bamako-cooperation/3/b"
    world.drop(f"{item}/act/requests", "mea:addressee")
    world.add(f"<{item}/act/requests> mea:addressee <secretariat/brs> .")
    assert world.ask(apart) == {"decision/bamako-cooperation/3"}
    world.drop(item, "mea:inheritsFrom").add(f"<{item}> mea:inheritsFrom <decision/bamako-cooperation/5> .")
    assert world.refused("Chapeau") == {("Chapeau", item)}


def test_rule_12_a_resolution_is_no_instrument(world: World) -> None:
    more = """
        SELECT ?decision WHERE {
          { ?decision a mea:DeliberativeDocument , mea:Partnership } UNION {
            ?cooperation mea:via ?decision ; mea:basis ?basis . ?decision a mea:DeliberativeDocument .
            FILTER (?basis NOT IN (<../vocab/basis/framework>, <../vocab/basis/mandate>))
          } UNION {
            ?cooperation mea:via ?decision ; mea:between ?anybody . ?decision a mea:DeliberativeDocument .
          }
        }"""
    assert len(world.ask("SELECT ?via WHERE { ?c mea:basis <../vocab/basis/framework> ; mea:via ?via }")) == 8
    assert not world.ask(more)
    world.add("<resolution/conf-14-4> a mea:Partnership .")
    assert world.ask(more) == {"resolution/conf-14-4"}
    (cooperation,) = world.ask("SELECT ?c WHERE { ?c mea:via <resolution/conf-11-4> }")
    world.add(f"<{cooperation}> mea:between <organization/iwc> .", INFERRED_GRAPH)
    assert world.ask(more) == {"resolution/conf-14-4", "resolution/conf-11-4"}


def test_rule_13_every_cooperation_has_one_basis_and_its_evidence(world: World) -> None:
    baseless = """
        SELECT ?cooperation WHERE {
          ?cooperation a mea:Cooperation .
          FILTER (NOT EXISTS { ?cooperation mea:basis ?basis . ?basis skos:inScheme <../vocab/basis> }
                  || EXISTS { ?cooperation mea:basis ?one , ?other . FILTER (?one != ?other) }
                  || NOT EXISTS { ?cooperation mea:via ?via } || NOT EXISTS { ?cooperation mea:derivedFrom ?node }
                  || NOT EXISTS { ?cooperation mea:attestedBy/mea:source ?document })
        }"""
    every = world.ask("SELECT ?cooperation WHERE { ?cooperation a mea:Cooperation }")
    assert len(every) > 50
    assert not world.ask(baseless)
    one, other, *_ = sorted(every)
    world.drop(one, "mea:basis").drop(other, "mea:attestedBy")
    assert world.ask(baseless) == {one, other}
    assert world.refused("Cooperation-basis") == {("Cooperation-basis", one)}


def test_rule_14_only_named_members_are_co_members(world: World) -> None:
    unnamed = """
        SELECT ?cooperation WHERE {
          ?cooperation mea:basis <../vocab/basis/group> ; mea:between ?end ; mea:via ?group .
          FILTER NOT EXISTS {
            ?group mea:hasMembership ?membership .
            ?membership mea:member ?end ; mea:role <../vocab/role/member> ; mea:hasEvidence ?evidence .
          }
        }"""
    assert not world.ask(unnamed) | {focus for _, focus in world.refused("GroupCount")}
    assert world.ask("SELECT ?m WHERE { <group/cpf> mea:hasMembership/mea:member ?m }") == {
        "secretariat/cites"
    }
    world.add(
        """<cooperation/invented> a mea:Cooperation ; mea:basis <../vocab/basis/group> ;
             mea:via <group/green-customs-initiative> ;
             mea:between <secretariat/cartagena-protocol> , <organization/wco> .""",
        INFERRED_GRAPH,
    )
    assert world.ask(unnamed) == {"cooperation/invented"}
    world.drop("group/cpf", "mea:memberCount").add("<group/cpf> mea:memberCount 0 .")
    assert world.refused("GroupCount") == {("GroupCount", "group/cpf")}


def test_rule_15_nothing_is_transitive_or_turned_round(world: World) -> None:
    beyond = """
        SELECT ?cooperation WHERE {
          ?cooperation a mea:Cooperation ; mea:basis ?basis .
          FILTER (
            (?basis = <../vocab/basis/instrument> && EXISTS {
              ?cooperation mea:between ?end ; mea:via ?via .
              FILTER NOT EXISTS { ?via mea:participant ?end } })
            || (?basis IN (<../vocab/basis/acknowledged>, <../vocab/basis/effort>) && NOT EXISTS {
              ?cooperation mea:between|mea:from ?one ; mea:between|mea:to ?other ; mea:via ?via .
              ?via mea:subject ?one ; mea:counterpart ?other . })
            || (?basis IN (<../vocab/basis/mandate>, <../vocab/basis/treaty-provision>) && EXISTS {
              ?cooperation mea:derivedFrom ?act .
              FILTER NOT EXISTS {
                ?cooperation mea:from ?one ; mea:to ?other . ?act mea:addressee ?one ; mea:counterpart ?other } })
            || (EXISTS { ?cooperation mea:between ?anybody } && EXISTS { ?cooperation mea:from ?somebody })
          )
        }"""
    assert not world.ask(beyond)
    world.add(
        """<cooperation/counterparts> a mea:Cooperation ; mea:basis <../vocab/basis/acknowledged> ;
             mea:via <relation/cartagena-secretariat-partnerships> ;
             mea:between <organization/wco> , <actors/other-mea-secretariats> .
           <cooperation/turned> a mea:Cooperation ; mea:basis <../vocab/basis/mandate> ;
             mea:via <decision/bamako-cooperation> ; mea:from <organization/imo> ; mea:to <secretariat/bamako> ;
             mea:derivedFrom <decision/bamako-cooperation/3/a/act/requests> .
           <cooperation/rolled-up> a mea:Cooperation ; mea:basis <../vocab/basis/instrument> ;
             mea:via <partnership/cites-defra> ; mea:between <secretariat/cites> , <state/united-kingdom> .""",
        INFERRED_GRAPH,
    )
    names = {"cooperation/counterparts", "cooperation/turned", "cooperation/rolled-up"}
    assert world.ask(beyond) == names
    backs = world.refused("CooperatesWithBack")
    world.add("<organization/imo> mea:cooperatesWith <organization/iwc> .", INFERRED_GRAPH)
    assert world.refused("CooperatesWithBack") - backs == {("CooperatesWithBack", "organization/imo")}


def test_rule_16_one_instrument_has_all_its_participants(world: World) -> None:
    incomplete = """
        SELECT ?instrument WHERE {
          ?instrument a mea:Instrument ; mea:participant ?one , ?other .
          FILTER (STR(?one) < STR(?other))
          FILTER NOT EXISTS { ?cooperation mea:via ?instrument ; mea:between ?one , ?other }
        }"""
    unflagged = """
        SELECT ?instrument WHERE {
          ?instrument a mea:Instrument ; mea:hasEvidence/mea:phrase ?phrase .
          FILTER (STRSTARTS(?phrase, "Memoranda of Understanding with "))
          FILTER NOT EXISTS { ?instrument mea:distributiveReading true }
        }"""
    assert not world.ask(incomplete) | world.ask(unflagged)
    assert len(world.ask("SELECT ?p WHERE { <partnership/cites-basel-ozone> mea:participant ?p }")) == 3
    assert len(world.ask("SELECT ?i WHERE { ?i mea:distributiveReading true }")) == 6
    world.add("<partnership/cites-fao> mea:participant <organization/itto> .")
    world.drop("partnership/cites-defra", "mea:distributiveReading")
    world.drop("partnership/cites-iata", "mea:participant", "organization/iata")
    assert world.ask(incomplete) == {"partnership/cites-fao"}
    assert world.ask(unflagged) == {"partnership/cites-defra"}
    assert world.refused("InstrumentParticipants") == {("InstrumentParticipants", "partnership/cites-iata")}


def test_rule_17_an_organization_is_typed_by_its_nature(world: World) -> None:
    by_name = """
        SELECT ?organization WHERE {
          ?organization a mea:Secretariat ; skos:prefLabel ?label .
          FILTER (CONTAINS(?label, "Programme") || CONTAINS(?label, "Organization"))
        }"""
    names = ("StateThatIsNone", "OneClass")
    assert world.ask("SELECT ?o WHERE { ?o a mea:IntergovernmentalOrganization }") >= {"organization/sprep"}
    assert not world.ask(by_name) | {focus for _, focus in world.refused(*names)}
    world.drop("organization/sprep", "rdf:type").add("<organization/sprep> a mea:Secretariat .")
    world.add(
        """<organization/invented> a mea:State ; skos:prefLabel "European Union"@en .
           <organization/iata> a mea:IntergovernmentalOrganization ."""
    )
    assert world.ask(by_name) == {"organization/sprep"}
    assert world.refused(*names) == {(names[0], "organization/invented"), (names[1], "organization/iata")}


def test_rule_18_a_value_is_what_is_printed(world: World) -> None:
    other = """
        SELECT ?observation WHERE {
          ?observation a mea:Observation ; mea:printed ?printed ; mea:value ?value .
          BIND (xsd:decimal(REPLACE(?printed, "[, ]", "")) AS ?number)
          FILTER (BOUND(?number) && ?number != ?value)
        }"""
    unexplained = """
        SELECT ?discrepancy WHERE {
          ?discrepancy a mea:Discrepancy .
          FILTER (NOT EXISTS { ?discrepancy mea:discrepancyOf/mea:printed ?printed }
                  || NOT EXISTS { ?discrepancy mea:computed ?computed })
        }"""
    assert len(world.ask("SELECT ?d WHERE { ?d a mea:Discrepancy }")) > 100
    assert not world.ask(other) | world.ask(unexplained)
    cell = sorted(world.ask("SELECT ?o WHERE { ?o a mea:Observation ; mea:value ?v . FILTER (?v > 100) }"))[0]
    world.drop(cell, "mea:value").add(f"<{cell}> mea:value 100.5 .")
    assert world.ask(other) == {cell}
    discrepancy = min(world.ask("SELECT ?d WHERE { ?d a mea:Discrepancy }"))
    world.drop(discrepancy, "mea:computed")
    assert world.ask(unexplained) == {discrepancy}
    amount = sorted(world.ask("SELECT ?a WHERE { ?a a mea:MonetaryAmount ; mea:value ?v ; mea:printed ?p }"))[
        0
    ]
    before = world.refused("AmountAsPrinted")
    world.drop(amount, "mea:value").add(f"<{amount}> mea:value 123456789.5 .")
    assert world.refused("AmountAsPrinted") - before == {("AmountAsPrinted", amount)}


def test_rule_19_a_value_has_its_unit_and_blank_is_not_zero(world: World) -> None:
    bare = """
        SELECT ?amount WHERE {
          { ?amount a mea:MonetaryAmount } UNION {
            ?amount mea:value ?value ; mea:measure ?measure .
            FILTER (?measure IN (<../vocab/measure/amount>, <../vocab/measure/contribution>)) }
          FILTER NOT EXISTS { ?amount mea:unit ?unit }
        }"""
    assert not world.ask(bare) | {focus for _, focus in world.refused("ObservedValue", "MonetaryAmount-unit")}
    amount = min(world.ask("SELECT ?a WHERE { ?a a mea:MonetaryAmount }"))
    blank = min(world.ask("SELECT ?o WHERE { ?o mea:cellState <../vocab/cell-state/blank> }"))
    world.drop(amount, "mea:unit").add(f"<{blank}> mea:value 0.0 .")
    assert world.ask(bare) >= {amount}
    assert world.refused("ObservedValue") == {("ObservedValue", blank)}
    assert world.refused("MonetaryAmount-unit") == {("MonetaryAmount-unit", amount)}


def test_rule_20_assessed_is_not_paid_and_budgeted_not_spent(world: World) -> None:
    mixed = """
        SELECT ?observation WHERE {
          ?observation mea:party ?party ; mea:measure ?measure .
          FILTER (?measure IN (<../vocab/measure/amount>, <../vocab/measure/posts>))
        }"""
    paid = """
        SELECT ?term WHERE {
          ?term rdfs:isDefinedBy ?ontology ; rdfs:label|skos:prefLabel ?label .
          FILTER (REGEX(?label, "\\\\b(paid|spent|expended|received)\\\\b", "i"))
        }"""
    assert not world.ask(mixed) | world.ask(paid)
    cell = min(world.ask("SELECT ?o WHERE { ?o mea:party ?p ; mea:measure <../vocab/measure/contribution> }"))
    world.drop(cell, "mea:measure").add(f"<{cell}> mea:measure <../vocab/measure/amount> .")
    world.add(
        '<../vocab/measure/paid> rdfs:isDefinedBy <../ontology> ; skos:prefLabel "contribution paid"@en .'
    )
    assert world.ask(mixed) == {cell}
    assert {term.rpartition("/")[2] for term in world.ask(paid)} == {"paid"}


def test_rule_21_the_next_meeting_has_no_number(world: World) -> None:
    numbered = """
        SELECT ?meeting WHERE {
          ?meeting mea:nextAfter ?decision .
          FILTER (EXISTS { ?meeting mea:ordinal|mea:startDate ?number } || EXISTS {
            ?other mea:nextAfter ?decision . FILTER (?other != ?meeting) })
        }"""
    meeting = "meeting/bamako-cop-next-after-bamako-cooperation"
    assert world.ask("SELECT ?m WHERE { ?m mea:nextAfter ?decision }") == {meeting}
    assert not world.ask(numbered) | {
        focus for _, focus in world.refused("NextMeeting-ordinal", "Act-dueDate")
    }
    world.add(
        f'<{meeting}> mea:ordinal 2 . <decision/bs-iv-6/3/act/requests> mea:dueDate "as soon as possible" .'
    )
    assert world.ask(numbered) == {meeting}
    assert world.refused("NextMeeting-ordinal", "Act-dueDate") == {
        ("NextMeeting-ordinal", meeting),
        ("Act-dueDate", "decision/bs-iv-6/3/act/requests"),
    }


def test_rule_22_a_symbol_is_printed_or_has_another_source(world: World) -> None:
    unprinted = """
        SELECT ?decision WHERE {
          ?decision mea:symbol ?symbol .
          BIND (REPLACE(UCASE(?symbol), "[^A-Z0-9]", "") AS ?plain)
          FILTER NOT EXISTS {
            ?decision mea:hasEvidence ?evidence . ?evidence mea:source ?document .
            OPTIONAL { ?evidence mea:phrase ?phrase } OPTIONAL { ?document mea:sha256 ?digest }
            FILTER (CONTAINS(REPLACE(UCASE(COALESCE(?phrase, "")), "[^A-Z0-9]", ""), ?plain)
              || (!BOUND(?digest) && EXISTS { ?evidence mea:supports "symbol" }))
          }
        }"""
    outside = "decision/bamako-cooperation"
    assert not world.ask(unprinted)
    assert world.ask(f'SELECT ?e WHERE {{ <{outside}> mea:hasEvidence ?e . ?e mea:supports "symbol" }}')
    world.drop("resolution/conf-18-5", "mea:symbol").add('<resolution/conf-18-5> mea:symbol "Conf. 18.6" .')
    assert world.ask(unprinted) == {"resolution/conf-18-5"}


def test_rule_23_one_entity_has_all_its_spellings(world: World) -> None:
    names = ("DuplicateName", "DuplicateSymbol", "DuplicateMembership")
    assert not world.refused(*names)
    spellings = world.ask("SELECT ?name WHERE { <organization/interpol> skos:prefLabel|skos:altLabel ?name }")
    assert {"INTERPOL", "Interpol"} <= spellings
    world.add(
        """<organization/invented> a mea:IntergovernmentalOrganization ; skos:prefLabel "interpol"@en .
           <decision/invented> a mea:Decision ; skos:prefLabel "Invented"@en ; mea:symbol "BS II/6" ."""
    )
    found = world.refused(*names)
    assert {("DuplicateName", "organization/invented"), ("DuplicateSymbol", "decision/invented")} <= found


def test_rule_24_two_sources_that_differ_both_stay(world: World) -> None:
    names = ("GivenValue", "ValueGiven")
    relation_ = "relation/cartagena-secretariat-partnerships"
    statuses = f"""
        SELECT ?pair WHERE {{
          <{relation_}> mea:hasEvidence ?evidence .
          ?evidence mea:source ?document ; mea:supportsStatus ?status .
          BIND (CONCAT(STRAFTER(STR(?document), "document/"), " ", STRAFTER(STR(?status), "status/")) AS ?pair)
        }}"""
    assert world.ask(statuses) == {"bs-iv-6 established", "customs-portal ongoing"}
    assert not world.refused(*names)
    world.drop(relation_, "mea:status").add(f"<{relation_}> mea:status <../vocab/status/established> .")
    assert {shape for shape, _ in world.refused(*names)} == {"GivenValue"}


def test_rule_25_absence_is_not_negation(world: World) -> None:
    def verdict(first: str, second: str) -> set[object]:
        found = relation(world.store, resources.queries_folder(), first, second)
        return {row["verdict"] for row in found}

    assert verdict("WCO", "Green Customs Initiative") == {"not stated"}
    assert verdict("FAO", "ICCWC") == {"no"}
    assert not world.refused("GroupComplete", "GroupCompleteEmpty")
    world.drop("group/iccwc", "mea:membersComplete")
    assert verdict("FAO", "ICCWC") == {"not stated"}
    world.add("<group/cpf> mea:membersComplete true .")
    assert world.refused("GroupComplete") == {("GroupComplete", "group/cpf")}


def test_rule_26_each_fact_has_evidence_and_short_phrases(world: World) -> None:
    def long(world: World) -> set[str]:
        return {
            phrase for phrase in world.ask("SELECT ?p WHERE { ?e mea:phrase ?p }") if word_count(phrase) > 15
        }

    bare = "SELECT ?e WHERE { ?e a mea:Evidence . FILTER NOT EXISTS { ?e mea:source ?d ; mea:pinpoint ?p } }"
    assert not long(world) | world.ask(bare) | {focus for _, focus in world.refused("Evidenced-evidence")}
    act = "decision/bs-iv-6/3/act/requests"
    world.drop(act, "mea:hasEvidence")
    evidence = min(world.ask("SELECT ?e WHERE { ?e a mea:Evidence }"))
    world.add(f'<{evidence}> mea:phrase "{" ".join("abcdefghijklmnop")}" .')
    world.drop(evidence, "mea:pinpoint")
    assert world.refused("Evidenced-evidence") == {("Evidenced-evidence", act)}
    assert len(long(world)) == 1
    assert world.ask(bare) == {evidence}


def test_rule_27_what_is_inferred_is_marked(world: World) -> None:
    def mixed(world: World) -> set[Triple]:
        authored = set(triples_of(world.store, AUTHORED_GRAPH))
        written = {
            t
            for t in authored
            if t.object == NamedNode(MEA + "Cooperation") and t.predicate.value == RDF + "type"
        }
        return {*written, *(authored & set(triples_of(world.store, INFERRED_GRAPH)))}

    groundless = """
        SELECT ?cooperation WHERE {
          GRAPH <../graph/inferred> { ?cooperation a mea:Cooperation }
          FILTER NOT EXISTS {
            GRAPH <../graph/inferred> { ?cooperation mea:derivedFrom ?node }
            GRAPH <../graph/authored> { ?node a ?class }
          }
        }"""
    assert not mixed(world) | named(world, groundless)
    world.add("<cooperation/written> a mea:Cooperation .")
    assert len(mixed(world)) == 1
    world.add("<cooperation/groundless> a mea:Cooperation .", INFERRED_GRAPH)
    assert named(world, groundless) == {ID + "cooperation/groundless"}


def named(world: World, query: str) -> set[object]:
    """The first column of a query that names its graphs."""
    found = world.store.query(HEADER + query)
    assert isinstance(found, QuerySolutions)
    return {row[0].value for row in found if isinstance(row[0], NamedNode)}


def described() -> Iterator[tuple[int, str]]:
    """The rules of the document, by number, each with its text."""
    text = RULES.read_text(encoding="utf-8").partition("## How acts are cut")[0]
    for match in re.finditer(r"^(\d+)\. (.*?)(?=^\d+\. |^## |\Z)", text, re.MULTILINE | re.DOTALL):
        yield int(match[1]), match[2]


def test_each_rule_says_how_it_is_checked() -> None:
    rules = dict(described())
    tests = {int(name[10:12]): name for name in globals() if name.startswith("test_rule_")}
    assert list(rules) == list(tests) == list(range(1, 28))
    for number, text in rules.items():
        checked = text.partition("*Checked:*")[2]
        assert checked, f"rule {number} does not say how it is checked"
        assert f"`{tests[number]}`" in checked
        for shape in re.findall(r"`([A-Z]\w+(?:-\w+)?)`", checked):
            assert shape in SHAPES, f"rule {number}: there is no shape {shape}"


def test_every_shape_names_a_rule_that_is_there() -> None:
    numbers = dict(described())
    for path in {path for path, _ in ALL_RULES}:
        for cited in re.findall(r"docs/modelling\.md, rule (\d+)\)", path.read_text(encoding="utf-8")):
            assert int(cited) in numbers
