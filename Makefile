# nn: neural networks in C++ and CUDA. `make help` lists what a student needs.

REAL  ?= float#   type of all numbers: float or double
DEBUG ?= 0#       1: no optimisation, for a debugger
ARCH  ?= native#  processor to compile for (-march)
CXX   ?= g++#     the compiler
WERROR ?= 0#      1: warnings are errors
SAN   ?=#         address: the sanitizers address and undefined
CONFIGS ?= float$(if $(wildcard solutions/*.cu), double)#  what `make test` builds and tests
CUDA  ?= auto#    real (NVIDIA's nvcc), emu (kernels run on the CPU), none; auto: real where a GPU answers
IMPL  ?= $(if $(filter check debug profile speedup yours,$(MAKECMDGOALS)),src,$(if $(wildcard solutions/*.cu),solutions,src))# folder of nn.cu, train.cu, test.cu, gpus.cu: src is yours, ladder/... a rung
NCCL  ?= auto#    sums over GPUs by NCCL where it is installed; no: never
GPUS  ?= 1#       make submit: GPUs of the job
GPU_ARCH ?=#      compute capabilities to build for: "75 86"; else those of the GPUs here, or 75 80 86 90

# ---- configuration: objects of each lie in a folder of their own -------------------------------------
CONFIG := $(REAL)$(if $(filter 1,$(DEBUG)),-debug)$(if $(SAN),-$(SAN))$(if $(filter-out native,$(ARCH)),-$(ARCH))
BUILD  := build/$(CONFIG)
OPTIMIZE := $(if $(filter 1,$(DEBUG)),-O0 -g,$(if $(SAN),-O1 -g,-O3 -march=$(ARCH)))
override CXXFLAGS += -std=c++17 $(OPTIMIZE) -fopenmp -Wall -Wextra -MMD -MP -I$(BUILD) -Isrc -Igrading
override LDFLAGS  += -fopenmp
override LDLIBS   += -lz
ifeq ($(REAL),double)
override CXXFLAGS += -DREAL_DOUBLE
else ifneq ($(REAL),float)
$(error REAL=$(REAL): expected float or double)
endif
ifeq ($(WERROR),1)
override CXXFLAGS += -Werror
endif
ifeq ($(SAN),address)
override CXXFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
                     -Wno-maybe-uninitialized# false alarms in <regex>, with the sanitizers only
override LDFLAGS  += -fsanitize=address,undefined
else ifneq ($(SAN),)
$(error SAN=$(SAN): expected address or nothing)
endif
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

FLAGS := $(CXX) $(CXXFLAGS)# without what some objects add

# ---- what is installed -----------------------------------------------------------------------------
HAVE := $(shell $(CXX) -std=c++17 -E -P -x c++ scripts/have.h 2>/dev/null)
COMPILER := $(shell command -v $(CXX))
lacks = $(if $(COMPILER),$(filter-out $(HAVE),$(1)),$(CXX))

# ---- CUDA: .cu files are compiled by NVIDIA's nvcc or by the emulator's, each into a folder of its own -----
CHOICE := $(if $(filter auto,$(CUDA)),$(if $(SAN),none SAN=$(SAN),$(shell scripts/cuda.sh kind $(filter context,$(HAVE)))),$(CUDA) CUDA=$(CUDA))
override CUDA := $(firstword $(CHOICE))
ifeq ($(filter real emu none,$(CUDA)),)
$(error CUDA=$(CUDA): expected real, emu, none or auto)
endif
ifneq ($(and $(SAN),$(filter real emu,$(CUDA))),)
$(error SAN=$(SAN) with CUDA=$(CUDA): the sanitizers look at the C++ side only: CUDA=none)
endif
IMPL_DIR := $(patsubst %/,%,$(firstword $(wildcard $(IMPL) solutions/$(IMPL))))
ifeq ($(IMPL_DIR),)
$(error IMPL=$(IMPL): there is no such folder, nor solutions/$(IMPL))
endif
NVCC := $(if $(filter emu,$(CUDA)),emu/bin/nvcc,$(if $(filter real,$(CUDA)),$(shell scripts/cuda.sh nvcc)))
GPU_CODE := $(if $(filter real,$(CUDA)),$(shell scripts/cuda.sh arch $(GPU_ARCH)))
comma := ,
override NVCCFLAGS += -std=c++17 $(if $(filter 1,$(DEBUG)),-O0 -g -DCUDA_DEBUG,-O3 -lineinfo) -MMD -MP -Isrc -Igrading \
	$(filter -D%,$(CXXFLAGS)) -Xcompiler -Wall,-Wextra,-Wno-unused-parameter,-fopenmp$(if $(filter 1,$(WERROR)),$(comma)-Werror) \
	$(if $(filter 1real,$(WERROR)$(CUDA)),-Werror all-warnings) $(GPU_CODE)
CU := $(BUILD)-$(CUDA)
CU_OUT := $(CU)/$(patsubst build/%,%,$(subst :,_,$(IMPL_DIR:/%=%)))
# What the folder lacks is the solution's.
cu_source = $(firstword $(wildcard $(IMPL_DIR)/$(1).cu solutions/$(1).cu src/$(1).cu) $(IMPL_DIR)/$(1).cu)
CU_PARTS := nn train test gpus
CU_SOURCES := $(foreach f,$(CU_PARTS),$(call cu_source,$(f)))
NCCL_LIBS := $(if $(filter real,$(CUDA)),$(if $(filter auto,$(NCCL)),$(shell scripts/cuda.sh nccl)))
CU_GIVEN := $(CU)/given/cuda_utils.o $(CU)/given/parallel/comm_gpus$(if $(NCCL_LIBS),_nccl).o
CU_OBJECTS := $(if $(filter none,$(CUDA)),,$(CU_GIVEN) $(CU_PARTS:%=$(CU_OUT)/%.o))
CU_LIBS = $(NCCL_LIBS) $(shell sed -n 's|^// libraries: ||p' $(CU_SOURCES))
LINK = $(if $(filter none,$(CUDA)),$(CXX) $(LDFLAGS),$(NVCC) -Xcompiler -fopenmp)
PLACE := $(if $(filter none,$(CUDA)),$(BUILD),$(CU_OUT))# where the programs of this configuration lie
# The emulator's libraries are linked, its headers included.
CU_TOOL := $(NVCC) $(if $(filter emu,$(CUDA)),$(addprefix emu/lib/,libemu.a libemucheck.a libemublas.a))
CU_HEADERS := $(if $(filter emu,$(CUDA)),$(wildcard emu/include/*.h emu/include/emu/*.h))

# ---- programs ----------------------------------------------------------------------------------------
NN_OBJECTS   := $(patsubst src/%.cpp,$(BUILD)/%.o,$(wildcard src/*.cpp))
LIB_OBJECTS  := $(filter-out $(BUILD)/main.o $(BUILD)/no_cuda.o,$(NN_OBJECTS)) \
                $(if $(filter none,$(CUDA)),$(BUILD)/no_cuda.o,$(CU_OBJECTS))
TEST_OBJECTS := $(patsubst tests/%.cpp,$(BUILD)/tests/%.o,$(wildcard tests/*.cpp))
NEEDS_nn := cli11 json zlib
NEEDS_make_cc := cli11 zlib
NEEDS_make_rastrigin := cli11 zlib
NEEDS_lab := cli11 json zlib
NEEDS_grade := cli11 json zlib archive toml
# Single operations are measured where there is CUDA; the other subcommands of lab need none.
LAB_OBJECTS := $(BUILD)/grading/text.o $(patsubst lab/%.cpp,$(BUILD)/for_lab/%.o,$(filter-out $(if $(filter none,$(CUDA)),,lab/no_operations.cpp),$(wildcard lab/*.cpp))) \
               $(if $(filter none,$(CUDA)),,$(patsubst lab/%.cu,$(CU)/lab/%.o,$(wildcard lab/*.cu)))
LAB_TESTS := $(patsubst tests/%.cpp,$(BUILD)/tests/%.o,$(wildcard tests/lab/*.cpp))
PROGRAMS := nn make_cc make_rastrigin lab# check and grade: made where they are needed
BUILT    := $(foreach p,$(PROGRAMS),$(if $(call lacks,$(NEEDS_$(p))),,$(p)))
LEFT_OUT := $(filter-out $(BUILT),$(PROGRAMS))

.DEFAULT_GOAL := all
.PHONY: all say help help-all deps run check debug profile speedup submit resume sweep report yours ladder ladder-programs no-cuda operations emu \
        test test-emu test-grade test-slurm test-ladder test-nvcc test-all asan clean data-cc data-rastrigin data-fashion stubs release \
        gradescope autolab format print-build print-lacks print-worker FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: say $(addprefix bin/,$(BUILT))  ## build every program whose packages are installed, into bin/
	@$(foreach p,$(LEFT_OUT),echo "left out: bin/$(p) needs $(call lacks,$(NEEDS_$(p))), which is not installed (make deps)";)
	@[ -z "$(filter nn,$(LEFT_OUT))" ]

SAY_emu  := emulator
SAY_real := $(NVCC) $(GPU_CODE)
SAY_none := none
say:
	@echo "CUDA: $(SAY_$(CUDA)) ($(wordlist 2,99,$(CHOICE)))$(if $(filter none,$(CUDA)),,; nn.cu, train.cu, test.cu of $(IMPL_DIR)/)"

# bin/ holds the configuration made last.
bin/check: $(BUILD)/check FORCE
	@$(INSTALL)
bin/grade: $(BUILD)/grade FORCE
	@$(INSTALL)
bin/make_%: $(BUILD)/make_% FORCE
	@$(INSTALL)
bin/%: $(PLACE)/% FORCE
	@$(INSTALL)
INSTALL = mkdir -p bin; cmp -s $< $@ || { cp -f $< $@.$$PPID && mv -f $@.$$PPID $@ && echo "$@ ($<)"; }

# What is linked, and with which libraries: linked anew when it is another, NCCL or not for instance.
LINKED := $(PLACE)/linked
$(LINKED): FORCE
	@mkdir -p $(@D)
	@echo '$(LINK) $(LIB_OBJECTS) $(LDLIBS) $(CU_LIBS)' >$@.$$PPID
	@$(KEEP)

$(PLACE)/nn: $(BUILD)/main.o $(LIB_OBJECTS) $(LINKED)
	@echo "link     $@"; $(LINK) $(filter %.o,$^) $(LDLIBS) $(CU_LIBS) -o $@

$(PLACE)/lab: $(LAB_OBJECTS) $(LIB_OBJECTS) $(LINKED)
	@echo "link     $@"; $(LINK) $(filter %.o,$^) $(LDLIBS) $(CU_LIBS) -o $@

$(CU)/lab/%.o: lab/%.cu $(CU)/given/flags $(CU_TOOL) $(CU_HEADERS)
	@mkdir -p $(@D)
	@echo "compile  $<"; $(NVCC) $(NVCCFLAGS) -c $< -o $@

$(CU)/given/%.o: src/%.cu $(CU)/given/flags
	@mkdir -p $(@D)
	@echo "compile  $<"; $(NVCC) $(NVCCFLAGS) -c $< -o $@

$(CU)/given/%_nccl.o: src/%.cu $(CU)/given/flags
	@mkdir -p $(@D)
	@echo "compile  $< (NCCL)"; $(NVCC) $(NVCCFLAGS) -DNN_NCCL -c $< -o $@

define cu_object
$(CU_OUT)/$(1).o: $(call cu_source,$(1)) $(CU_OUT)/flags
	@echo "compile  $$<"; $(NVCC) $(NVCCFLAGS) -I$(IMPL_DIR) -c $$< -o $$@
endef
$(foreach f,$(CU_PARTS),$(eval $(call cu_object,$(f))))
$(CU_OBJECTS): $(CU_TOOL) $(CU_HEADERS)

# Compiler, flags, and which files: compiled anew when one of them is another.
$(CU)/given/flags $(CU_OUT)/flags: FORCE
	@mkdir -p $(@D)
	@{ echo '$(NVCC) $(NVCCFLAGS)'; echo '$(if $(findstring given,$@),,$(CU_SOURCES))'; \
	   $(if $(filter real,$(CUDA)),$(NVCC) --version | grep release;) } >$@.$$PPID
	@$(KEEP)

emu/bin/nvcc: FORCE
	@[ -e $@ ] || echo "building the emulator of CUDA first (a minute or two)"
	@$(MAKE) --no-print-directory -s -C emu all
emu/lib/%.a: emu/bin/nvcc ;

$(BUILD)/make_%: $(BUILD)/datasets/make_%.o $(BUILD)/utils.o
	@echo "link     $@"; $(CXX) $(LDFLAGS) $^ $(LDLIBS) -o $@

# The worker holds the student's code; check, which judges, does not.
CHECK_OBJECTS := $(patsubst grading/%.cpp,$(BUILD)/grading/%.o,$(wildcard grading/*.cpp))
# Grading a class, for instructors: the engine of make check, and all around it.
CLASS_OBJECTS := $(patsubst grading/%.cpp,$(BUILD)/grading/%.o,$(wildcard grading/class/*.cpp))
CLASS_TESTS   := $(patsubst tests/%.cpp,$(BUILD)/tests/%.o,$(wildcard tests/grade/*.cpp))
ifeq ($(CUDA),none)
$(OUT)/worker:
	@echo "make check needs CUDA: \`make deps\` installs what the emulator needs, or install NVIDIA's toolkit" && false
endif
WORKER_OBJECTS := $(patsubst grading/%.cu,$(CU)/given/%.o,$(wildcard grading/*.cu)) $(BUILD)/grading/job.o
$(CU_OUT)/worker: $(WORKER_OBJECTS) $(LIB_OBJECTS) $(LINKED)
	@echo "link     $@"; $(LINK) $(filter %.o,$^) $(LDLIBS) $(CU_LIBS) -o $@

# How tests/test_mutants.cpp compiles and links a worker of its own: the last two lines.
print-worker: private override WERROR := 0# what somebody else has written may have warnings
print-worker: $(WORKER_OBJECTS) $(LIB_OBJECTS) $(BUILD)/check
	@echo '$(NVCC) $(NVCCFLAGS)'; echo '$(LINK) $(filter-out $(BUILD)/check,$^) $(LDLIBS) $(CU_LIBS)'

$(CU)/given/%.o: grading/%.cu $(CU)/given/flags $(CU_TOOL) $(CU_HEADERS)
	@mkdir -p $(@D)
	@echo "compile  $<"; $(NVCC) $(NVCCFLAGS) -c $< -o $@

$(BUILD)/worker:
	@echo "there is nothing to check with CUDA=none: CUDA=emu needs no GPU" >&2; exit 1

CHECKER = bin/check --worker $(PLACE)/worker $(if $(PART),--part $(PART)) --sanitizer $(TOOLS)/compute-sanitizer
TOOLS = $(patsubst %/,%,$(dir $(NVCC)))

# What a real GPU compiler would object to, in files that the emulator's compiles.
LINTED := $(if $(filter emu,$(CUDA)),$(patsubst %,$(CU_OUT)/%.lint,$(CU_PARTS)))
$(CU_OUT)/%.lint: $(CU_OUT)/%.o
	@$(NVCC) --lint $(filter-out -MMD -MP,$(NVCCFLAGS)) -I$(IMPL_DIR) -c $(call cu_source,$*) -o $@.o >$@ 2>&1 || true; rm -f $@.o

# The processor's half of nn alone: what judges never holds CUDA code.
HOST_OBJECTS := $(BUILD)/no_cuda.o $(filter-out $(BUILD)/main.o $(BUILD)/no_cuda.o $(BUILD)/options.o,$(NN_OBJECTS))
$(BUILD)/check: $(CHECK_OBJECTS) $(HOST_OBJECTS)
	@echo "link     $@"; $(CXX) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(BUILD)/grade: $(CLASS_OBJECTS) $(filter-out %/check.o,$(CHECK_OBJECTS)) $(HOST_OBJECTS)
	@echo "link     $@"; $(CXX) $(LDFLAGS) $^ $(LDLIBS) -larchive -o $@

$(BUILD)/grade_tests: $(CLASS_TESTS) $(patsubst %,$(BUILD)/tests/%.o,test_main helpers mutants) \
                      $(filter-out %/grade.o,$(CLASS_OBJECTS)) $(filter-out %/check.o,$(CHECK_OBJECTS)) $(HOST_OBJECTS)
	@echo "link     $@"; $(CXX) $(LDFLAGS) $^ $(LDLIBS) -larchive -o $@

$(BUILD)/grading/%.o: grading/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(CXXFLAGS) -c $< -o $@

$(PLACE)/nn_tests: $(TEST_OBJECTS) $(filter-out %/check.o,$(CHECK_OBJECTS)) $(LIB_OBJECTS) $(LINKED)
	@echo "link     $@"; $(LINK) $(filter %.o,$^) $(LDLIBS) $(CU_LIBS) -o $@

$(PLACE)/lab_tests: $(LAB_TESTS) $(patsubst %,$(BUILD)/tests/%.o,test_main helpers) $(filter-out %/main.o,$(LAB_OBJECTS)) $(LIB_OBJECTS) $(LINKED)
	@echo "link     $@"; $(LINK) $(filter %.o,$^) $(LDLIBS) $(CU_LIBS) -o $@

# Training alone, for every rung: tests/ladder.sh.
$(PLACE)/train_tests: $(patsubst %,$(BUILD)/tests/%.o,test_main helpers test_cuda_train) $(LIB_OBJECTS) $(LINKED)
	@echo "link     $@"; $(LINK) $(filter %.o,$^) $(LDLIBS) $(CU_LIBS) -o $@

$(BUILD)/%.o: src/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(CXXFLAGS) -c $< -o $@

$(BUILD)/datasets/%.o: datasets/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(CXXFLAGS) -c $< -o $@

# What is compiled more often than it computes: in two thirds of the time.
QUICKLY = $(subst -O3,-O1,$(CXXFLAGS))
$(BUILD)/for_lab/naive.o $(BUILD)/for_lab/profile_cpu.o: QUICKLY = $(CXXFLAGS)# these are timed
$(BUILD)/for_lab/%.o: lab/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(QUICKLY) -c $< -o $@

$(BUILD)/grading/class/%.o: grading/class/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(QUICKLY) -c $< -o $@

$(BUILD)/tests/%.o: tests/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(subst -O3,-O0,$(CXXFLAGS)) -DTEST_BUILD='"$(BUILD)"' -c $< -o $@

# Random numbers and generated data are the same on every machine: no fused multiply-add there.
$(BUILD)/utils.o $(BUILD)/datasets/%.o: override CXXFLAGS += -ffp-contract=off

# Written again only when it changes, so that a new commit does not compile everything anew. Two makes at a time (tests, jobs of
# a cluster) do not share the file between.
KEEP = cmp -s $@.$$PPID $@ && rm $@.$$PPID || mv $@.$$PPID $@
$(BUILD)/build_info.h: FORCE
	@mkdir -p $(@D)
	@{ echo '#define BUILD_COMPILER "$(shell $(CXX) --version | head -n 1)"'; \
	   echo '#define BUILD_FLAGS "$(OPTIMIZE)"'; \
	   echo '#define BUILD_COMMIT "$(shell git describe --always --dirty 2>/dev/null || echo unknown)"'; } >$@.$$PPID
	@$(KEEP)
$(BUILD)/run.o: $(BUILD)/build_info.h

# Compiler, flags and processor: everything is compiled anew when one of them is another.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@{ echo '$(FLAGS)'; $(CXX) --version | head -n 1; \
	   $(CXX) -march=$(ARCH) -Q --help=target 2>/dev/null | grep -m 1 -- '-march='; } >$@.$$PPID
	@$(KEEP)
$(NN_OBJECTS) $(filter $(BUILD)/%,$(LAB_OBJECTS)) $(TEST_OBJECTS) $(LAB_TESTS) $(CHECK_OBJECTS) $(CLASS_OBJECTS) $(CLASS_TESTS) $(BUILD)/datasets/make_cc.o $(BUILD)/datasets/make_rastrigin.o: $(BUILD)/flags

print-lacks:
	@echo $(call lacks,$(NEEDS_$(PROGRAM)))

print-build:
	@echo $(PLACE)

-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d $(BUILD)/*/*/*.d $(CU)/given/*.d $(CU)/given/*/*.d $(CU)/lab/*.d $(CU_OUT)/*.d)

# ---- what people type --------------------------------------------------------------------------------
run:  ## set up, train on the breast-cancer data, score the held-out rows, plot
	@CXX='$(CXX)' scripts/deps.sh run
	@$(MAKE) --no-print-directory all
	@scripts/demo.sh

check: bin/check $(PLACE)/worker $(LINTED)  ## check your functions against the CPU's; PART=3 one part, CHECK=--verbose all details
	@cat $(LINTED)
	@$(CHECKER) $(CHECK)

debug: bin/check $(PLACE)/worker  ## memcheck, racecheck, initcheck and synccheck over your functions; PART=3 one part
	@$(CHECKER) --debug

profile: bin/check bin/lab $(PLACE)/worker $(PLACE)/nn  ## what your kernels read and write; roofline, shares, timeline into runs/; PART=3 one part's counters
	@$(CHECKER) --profile $(TOOLS)/ncu
	@$(if $(PART),,bin/lab profile --program $(PLACE)/nn $(ARGS))

report: bin/lab  ## of all that lies in runs/: a page, its PDF and a text to start your own from; ARGS="--author Me"
	@bin/lab report $(ARGS)

# Yours, and the solution where there is one. After lab, since two makes at a time must not write the same objects.
REFERENCE_NN := $(if $(filter none,$(CUDA)),,$(if $(wildcard solutions/nn.cu),$(CU)/solutions/nn))
SPEEDUP_WAYS = cpu=$(PLACE)/nn $(if $(filter none,$(CUDA)),,$(if $(filter $(REFERENCE_NN),$(PLACE)/nn),,cuda=$(PLACE)/nn)) \
               $(addprefix reference=,$(REFERENCE_NN))
speedup: bin/lab bin/make_cc $(PLACE)/nn  ## how many times as fast as the CPU your CUDA trains, and when it loses; ARGS="--budget 600"
	+@$(if $(REFERENCE_NN),$(MAKE) --no-print-directory CUDA=$(CUDA) IMPL=solutions $(REFERENCE_NN))
	bin/lab speedup $(SPEEDUP_WAYS) --json runs/speedup.json --csv runs/speedup.csv $(ARGS)

FILE ?= lab/sweep.txt
sweep: bin/lab bin/nn  ## search for the best options: FILE=lab/sweep.txt says what to try; SLURM=yes as a job array, JOBS=4 at once
	bin/lab sweep '$(FILE)' $(if $(filter yes,$(SLURM)),--slurm) $(if $(JOBS),--jobs $(JOBS)) $(ARGS)

submit:  ## a SLURM cluster: build and train there, as slurm.sbatch says; GPUS=2 ARGS="--train ..." SBATCH="--time=01:00:00"
	@SBATCH='$(SBATCH)' scripts/submit.sh '$(GPUS)' $(ARGS)

resume:  ## the job submitted last goes on from its checkpoint
	@SBATCH='$(SBATCH)' scripts/submit.sh resume

yours:  ## what is left to write
	@awk -f scripts/yours.awk $(CU_SOURCES)

test:  ## set up, build with float and double, run all tests
	@CXX='$(CXX)' scripts/deps.sh test
	+@scripts/test.sh $(if $(wildcard tests/slurm.sh),slurm) $(if $(wildcard tests/grade),grade) $(CONFIGS) $(if $(wildcard emu/tests),emu) $(if $(wildcard tests/release.sh),release)

emu:  ## build the emulator (emu/bin/nvcc, compute-sanitizer, ncu): CUDA programs without a GPU
	@CXX='$(CXX)' scripts/deps.sh emu
	+@$(MAKE) --no-print-directory -C emu

deps:  ## install the packages that are missing, or print the line that does
	@CXX='$(CXX)' scripts/deps.sh test

# Lines "NAME: ...  ## TEXT" (or ####) of this file, as a table.
LIST = awk -F '  $(1) ' '/^[a-z-]+:.*  $(1) / { split($$1, name, ":"); printf "  %-15s %s\n", name[1], $$2 }' $(firstword $(MAKEFILE_LIST))

help:  ## this list
	@echo "make TARGET; targets:"
	@$(call LIST,##)

help-all: help  #### this list and the options
	@$(call LIST,####)
	@[ ! -e solutions/nn.cu ] || { echo "for instructors:"; $(call LIST,######); }
	@echo "options, after the target, and what they are now:"
	@$(foreach o,REAL DEBUG ARCH CXX WERROR SAN CONFIGS CUDA IMPL GPU_ARCH,printf '  %-21s %s\n' '$(o)=$($(o))' \
	    "$$(sed -n 's/^$(o) *?=.*# *//p' $(firstword $(MAKEFILE_LIST)))";)

test-all:  #### all tests, those under the sanitizers and the slow ones too (an hour or two)
	@CXX='$(CXX)' scripts/deps.sh test
	+@SLOW=1 scripts/test.sh $(CONFIGS) float-address double-address emu grade packages slurm release ladder nvcc

test-ladder:  ###### every rung of solutions/ladder: training against the CPU's, sanitizer tools (minutes); RUNGS="naive tiled" chooses
	+@scripts/test.sh ladder

test-grade:  ###### the tests of grading a class alone (minutes)
	@CXX='$(CXX)' scripts/deps.sh grade
	+@scripts/test.sh grade

test-slurm:  ###### grading and batch jobs on a SLURM of its own, where the packages slurm-wlm and munge are (minutes)
	@CXX='$(CXX)' scripts/deps.sh grade
	+@scripts/test.sh slurm

test-nvcc:  ###### compile every .cu with NVIDIA's nvcc for sm_75, 80, 86, 90, warnings as errors (minutes)
	+@scripts/test.sh nvcc

test-emu:  ###### the emulator's tests alone (minutes)
	@CXX='$(CXX)' scripts/deps.sh test
	+@scripts/test.sh emu

asan:  #### build with the sanitizers address and undefined, run the tests
	@CXX='$(CXX)' scripts/deps.sh test
	+@scripts/test.sh float-address

data-cc: bin/make_cc  #### datasets/CC_train.csv and CC_test.csv: the shape of the credit-card data, or the real file
	bin/make_cc $(if $(wildcard datasets/creditcard.csv),--from datasets/creditcard.csv)

RUNGS = $(shell scripts/rungs.sh $(CUDA) $(REAL))
# After lab, which makes all that the rungs share: two makes at a time must not write the same objects.
ladder-programs: $(if $(filter none,$(CUDA)),no-cuda,$(PLACE)/lab)  ###### build nn with every rung of solutions/ladder; RUNGS="naive tiled" chooses
	+@set -e; for r in $(RUNGS); do $(MAKE) --no-print-directory CUDA=$(CUDA) IMPL=ladder/$$r $(CU)/solutions/ladder/$$r/nn; done

no-cuda:
	@echo "the ladder needs CUDA: NVIDIA's nvcc, or the emulator's (make deps)"; exit 1

# NAME=PROGRAM, and =TOLERANCE where the rung says "// tolerance: ...".
rung_argument = $(1)=$(CU)/solutions/ladder/$(1)/nn$(addprefix =,$(shell sed -n 's|^// tolerance: ||p' solutions/ladder/$(1)/*.cu))
ladder: ladder-programs  ###### measure every rung of solutions/ladder; ARGS="--json FILE" are bin/lab's
	@mkdir -p bin && cp -f $(PLACE)/lab bin/lab
	bin/lab ladder $(foreach r,$(RUNGS),$(call rung_argument,$(r))) $(ARGS)

operations: $(if $(filter none,$(CUDA)),no-cuda,bin/lab)  ###### single operations, CPU against device: product and sum of matrices of 50 ... 8000
	bin/lab operations $(ARGS)

ROWS ?= 160000
data-rastrigin: bin/make_rastrigin  #### datasets/rastrigin_160000.csv and rastrigin_test.csv (ROWS=n for another size)
	bin/make_rastrigin --rows $(ROWS)

data-fashion:  #### datasets/fashion-mnist, from the package dataset-fashion-mnist
	@CXX='$(CXX)' scripts/deps.sh fashion
	ln -sfn /usr/share/datasets/fashion-mnist datasets/fashion-mnist

stubs:  ###### write the students' files in src/ anew, from the solutions
	@for f in $(notdir $(wildcard solutions/*.cu)); do \
	    awk -f scripts/stub.awk solutions/$$f >src/$$f.new && mv src/$$f.new src/$$f || { rm -f src/$$f.new; exit 1; }; done

release:  ###### the tree that students get, into a new folder: make release OUT=folder
	@scripts/release.sh '$(OUT)'

gradescope:  ###### the archive that Gradescope takes: make gradescope OUT=file.zip; RUBRIC=file, SANDBOX=must
	@RUBRIC='$(RUBRIC)' SANDBOX='$(SANDBOX)' REFERENCE='$(REFERENCE)' scripts/packages.sh gradescope '$(OUT)'

autolab:  ###### the two files that Autolab takes: make autolab OUT=folder; RUBRIC=file, SANDBOX=must
	@RUBRIC='$(RUBRIC)' SANDBOX='$(SANDBOX)' REFERENCE='$(REFERENCE)' scripts/packages.sh autolab '$(OUT)'

format:  #### lay out the sources as .clang-format says
	clang-format -i src/*.h src/*/*.h src/*.cpp datasets/*.cpp lab/*.h lab/*.cpp grading/*.h grading/*.cpp grading/class/*.h grading/class/*.cpp tests/*.h tests/*.cpp tests/lab/*.cpp tests/grade/*.h tests/grade/*.cpp emu/*/*.h emu/*/*.cpp emu/include/emu/*.h

clean:  ## remove what was built
	rm -rf bin build emu/bin emu/lib emu/lib64
