"""Check the catalogue's YAML: ``python -m service_catalog.check [PATHS]``.

Without paths the whole catalogue is checked, references between files too. With paths only those files,
against needs.yml. Prints every error and exits with 1, or says that all is well and exits with 0. Then it also lists
what isn't in Swedish or English yet; that is no error.
"""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from pathlib import Path

from service_catalog.fields import LOCAL_ZONE
from service_catalog.untranslated import services_lacking, untranslated
from service_catalog.yaml_source import (
    DATA,
    CatalogError,
    check,
    file_kind,
    read_document,
    read_documents,
    source_files,
)


def municipality_names(path: Path = DATA / "municipalities.csv") -> list[str]:
    """Return the official Finnish names of the municipalities."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(line for line in file if not line.startswith("#"))]


def main(arguments: list[str]) -> int:
    """Check the files named, or the whole catalogue; print what was found; return the exit status."""
    paths = [Path(argument) for argument in arguments]
    today = datetime.now(LOCAL_ZONE).date()
    try:
        if paths:
            documents = [(file_kind(path), read_document(path, str(path))) for path in paths]
            if not any(kind == "needs" for kind, _ in documents):
                documents.append(("needs", read_document(DATA / "needs.yml")))
        else:
            documents = read_documents(source_files())
        source = check(documents, municipality_names(), today)
    except CatalogError as error:
        for problem in error.problems:
            print(problem)
        print(f"{len(error.problems)} korjattavaa.")
        return 1
    print(f"Kunnossa: {len(source.services)} palvelua, {len(source.needs)} tarvetta, {len(source.terms)} sanaa.")
    for missing in untranslated(documents):
        print(missing)
    lacking = services_lacking(documents)
    print(f"Kääntämättä: ruotsiksi {lacking['sv']}, englanniksi {lacking['en']} palvelua.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
