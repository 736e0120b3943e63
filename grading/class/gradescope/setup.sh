#!/bin/sh
# setup.sh: run once, when Gradescope makes the image: packages, and the kit built.
exec sh "${AUTOGRADER:-/autograder}/source/kit/grading/class/platform.sh" setup
