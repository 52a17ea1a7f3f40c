"""Grades a sheet for Classroom 50: writes result.json (classroom50/result/v1).

To use it, put into your classroom50 repository, in CLASSROOM/autograders/ASSIGNMENT/:
    autograder.py     this file
    ….nn.json         the sheet as you assigned it
    cli.js …          the .js files of the extension's folder "dist"
and give the assignment the runtime { "python": "3.14", "node": "20" }. Students never receive these files.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
[SHEET] = HERE.glob("*.nn.json")

# The working directory is the student's checkout. The exit status is 0 wherever it could grade: points are in result.json,
# and anything else is an error of the infrastructure.
with open("result.json", "wb") as result:
    grade = ["grade", SHEET.name, "--sheet", str(SHEET), "--hints", "--format", "classroom50"]
    sys.exit(subprocess.run(["node", str(HERE / "cli.js"), *grade], stdout=result, check=False).returncode)
