"""What a check may say of a sound chain: nothing, but for what chain.toml lists with the reason why it is true."""


def place(finding):
    """What tells one finding of a chain from another, and stays when lines move."""
    thing = finding["object"]
    return (finding["severity"], finding["code"], finding["revision"] or "", thing["name"] if thing else "")


def ordered(chain, value):
    """The document with one statement for all that chain.toml lists as coming in no fixed order (`unordered`): of these the
    one that comes first is told, and that is chance. Any other statement stays what it is."""
    first = {statement: each["statements"][0] for each in chain.unordered for statement in each["statements"]}

    def settle(part):
        if isinstance(part, dict):
            return {name: settle(each) for name, each in part.items()}
        if isinstance(part, list):
            return [settle(each) for each in part]
        return first.get(part, part) if isinstance(part, str) else part

    return settle(value)


def wrong(chain, document, scenarios):
    """The differences between what the check said and what is expected of it, each as one line.

    scenarios: the names that were asked for. A scenario that could not run is wrong too, unless chain.toml says why (`otherwise`).
    """
    problems = []
    expected = {(e.get("severity", "warning"), e["code"], e.get("revision", ""), e.get("object", ""))
                for e in chain.expected if e.get("scenario", "clean") in scenarios}
    clean = next(scenario for scenario in document["scenarios"] if scenario["name"] == "clean")
    if len(clean["applied"]) != chain.revisions:
        problems.append(f"{len(clean['applied'])} revisions ran, not {chain.revisions}")
    # A chain that is sound from an empty database may yet break where it is cut otherwise.
    verdict = "broken" if any(key[0] == "error" for key in expected) else "sound"
    if document["verdict"] != verdict:
        problems.append(f"verdict {document['verdict']}, not {verdict}")
    for scenario in document["scenarios"]:
        verdict, wanted = scenario["verdict"], chain.otherwise.get(scenario["name"], {}).get("verdict", "passed")
        if verdict != wanted:
            problems.append(f"scenario {scenario['name']} {verdict}, not {wanted}: {scenario['because']} {scenario['failed']}")
    if absent := set(scenarios) - {scenario["name"] for scenario in document["scenarios"]}:
        problems.append(f"not told of: {sorted(absent)}")
    said = {place(finding): finding for finding in document["findings"] if finding["severity"] != "info"}
    problems += [f"said: {' '.join(key)}: {said[key]['cause']}" for key in sorted(set(said) - expected)]
    problems += [f"not said: {' '.join(key)}" for key in sorted(expected - set(said))]
    return problems


def wrong_of_refused(chain, document):
    """The same for a chain that the bare tool cannot run: one root, at the failure that the bare tool met, and its cause."""
    problems = []
    if document["verdict"] not in ("broken", "incomplete"):
        problems.append(f"verdict {document['verdict']} of a chain that the bare tool cannot run")
    roots = sorted({(f["code"], f["revision"] or "") for f in document["findings"] if f["root"] and f["severity"] != "info"})
    wanted = [(root["code"], root.get("revision", "")) for root in chain.refused["roots"]]
    if roots != sorted(wanted):
        problems.append(f"roots {roots}, not {sorted(wanted)}")
    return problems
