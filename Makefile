# nn: neural networks in C++ and CUDA. `make help` lists what a student needs.

REAL  ?= float#   type of all numbers: float or double
DEBUG ?= 0#       1: no optimisation, for a debugger
ARCH  ?= native#  processor to compile for (-march)
CXX   ?= g++
WERROR ?= 0#      1: warnings are errors
SAN   ?=#         address: the sanitizers address and undefined
CONFIGS ?= float double#  what `make test` builds and tests
CUDA  ?= auto#    real (NVIDIA's nvcc), emu (kernels run on the CPU), none; auto: real where a GPU answers
IMPL  ?= $(if $(wildcard solutions),solutions,src)# folder of nn.cu, train.cu, test.cu: src is yours, ladder/... a rung
GPU_ARCH ?=#      compute capabilities to build for, as in "75 86"; else this machine's, or 75 80 86 90

# ---- configuration: objects of each lie in a folder of their own -------------------------------------
CONFIG := $(REAL)$(if $(filter 1,$(DEBUG)),-debug)$(if $(SAN),-$(SAN))$(if $(filter-out native,$(ARCH)),-$(ARCH))
BUILD  := build/$(CONFIG)
OPTIMIZE := $(if $(filter 1,$(DEBUG)),-O0 -g,$(if $(SAN),-O1 -g,-O3 -march=$(ARCH)))
override CXXFLAGS += -std=c++17 $(OPTIMIZE) -fopenmp -Wall -Wextra -MMD -MP -I$(BUILD) -Isrc
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
override CXXFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
override LDFLAGS  += -fsanitize=address,undefined
else ifneq ($(SAN),)
$(error SAN=$(SAN): expected address or nothing)
endif
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

# ---- what is installed -----------------------------------------------------------------------------
HAVE := $(shell $(CXX) -std=c++17 -E -P -x c++ scripts/have.h 2>/dev/null)
COMPILER := $(shell command -v $(CXX))
lacks = $(if $(COMPILER),$(filter-out $(HAVE),$(1)),$(CXX))

# ---- CUDA: .cu files are compiled by NVIDIA's nvcc or by the emulator's, each into a folder of its own -----
override CUDA := $(if $(filter auto,$(CUDA)),$(if $(SAN),none,$(shell scripts/cuda.sh kind $(filter context,$(HAVE)))),$(CUDA))
ifeq ($(filter real emu none,$(CUDA)),)
$(error CUDA=$(CUDA): expected real, emu, none or auto)
endif
NVCC := $(if $(filter emu,$(CUDA)),emu/bin/nvcc,$(if $(filter real,$(CUDA)),$(shell scripts/cuda.sh nvcc)))
CU := $(BUILD)-$(CUDA)
IMPL_DIR := $(firstword $(wildcard $(IMPL) solutions/$(IMPL)))
ifeq ($(IMPL_DIR),)
$(error IMPL=$(IMPL): there is no such folder, nor solutions/$(IMPL))
endif
# What the folder lacks is the solution's.
cu_source = $(firstword $(wildcard $(IMPL_DIR)/$(1).cu solutions/$(1).cu))
CU_SOURCES := $(foreach f,nn train test,$(call cu_source,$(f)))
CU_OUT  := $(CU)/$(patsubst build/%,%,$(IMPL_DIR))
NVCCFLAGS = -std=c++17 $(if $(filter 1,$(DEBUG)),-O0 -g -DCUDA_DEBUG,-O3 -lineinfo) -MMD -MP -Isrc -I$(IMPL_DIR) \
            $(filter -D%,$(CXXFLAGS)) -Xcompiler -Wall,-Wextra,-Wno-unused-parameter,-fopenmp$(if $(filter 1,$(WERROR)),$(comma)-Werror) $(GPU_CODE)
comma := ,
GPU_CODE = $(if $(filter real,$(CUDA)),$(shell scripts/cuda.sh arch $(GPU_ARCH)))
CU_OBJECTS := $(if $(filter none,$(CUDA)),,$(CU)/given/cuda_utils.o $(patsubst %,$(CU_OUT)/%.o,nn train test))
CU_LIBS = $(shell sed -n 's|^// libraries: ||p' $(CU_SOURCES))
LINK = $(if $(filter none,$(CUDA)),$(CXX) $(LDFLAGS),$(NVCC) -Xcompiler -fopenmp)
OUT := $(if $(filter none,$(CUDA)),$(BUILD),$(CU_OUT))# where the programs of this configuration lie

# ---- programs ----------------------------------------------------------------------------------------
NN_OBJECTS   := $(patsubst src/%.cpp,$(BUILD)/%.o,$(wildcard src/*.cpp))
LIB_OBJECTS  := $(filter-out $(BUILD)/main.o $(BUILD)/no_cuda.o,$(NN_OBJECTS)) \
                $(if $(filter none,$(CUDA)),$(BUILD)/no_cuda.o,$(CU_OBJECTS))
TEST_OBJECTS := $(patsubst tests/%.cpp,$(BUILD)/tests/%.o,$(wildcard tests/*.cpp))
NEEDS_nn := cli11 json zlib
NEEDS_make_cc := cli11 zlib
NEEDS_make_rastrigin := cli11 zlib
PROGRAMS := nn make_cc make_rastrigin
BUILT    := $(foreach p,$(PROGRAMS),$(if $(call lacks,$(NEEDS_$(p))),,$(p)))
LEFT_OUT := $(filter-out $(BUILT),$(PROGRAMS))

.DEFAULT_GOAL := all
.PHONY: all help help-all deps run emu test test-emu test-all asan clean data-cc data-rastrigin data-fashion stubs format print-build FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(addprefix bin/,$(BUILT))  ## build every program whose packages are installed, into bin/
	@$(foreach p,$(LEFT_OUT),echo "left out: bin/$(p) needs $(call lacks,$(NEEDS_$(p))), which is not installed (make deps)";)
	@[ -z "$(filter nn,$(LEFT_OUT))" ]

# bin/ holds the configuration made last.
bin/make_%: $(BUILD)/make_% FORCE
	@$(INSTALL)
bin/%: $(OUT)/% FORCE
	@$(INSTALL)
INSTALL = mkdir -p bin; cmp -s $< $@ || { cp -f $< $@.new && mv -f $@.new $@ && echo "$@ ($<)"; }

$(OUT)/nn: $(BUILD)/main.o $(LIB_OBJECTS)
	@echo "link     $@"; $(LINK) $^ $(LDLIBS) $(CU_LIBS) -o $@

$(CU)/given/%.o: src/%.cu $(NVCC)
	@mkdir -p $(@D)
	@echo "compile  $<"; $(NVCC) $(NVCCFLAGS) -c $< -o $@

define cu_object
$(CU_OUT)/$(1).o: $(call cu_source,$(1)) $(NVCC)
	@mkdir -p $$(@D)
	@echo "compile  $$<"; $(NVCC) $$(NVCCFLAGS) -c $$< -o $$@
endef
$(foreach f,nn train test,$(eval $(call cu_object,$(f))))

emu/bin/nvcc: FORCE
	@$(MAKE) --no-print-directory -s -C emu all

$(BUILD)/make_%: $(BUILD)/datasets/make_%.o $(BUILD)/utils.o
	@echo "link     $@"; $(CXX) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(OUT)/nn_tests: $(TEST_OBJECTS) $(LIB_OBJECTS)
	@echo "link     $@"; $(LINK) $^ $(LDLIBS) $(CU_LIBS) -o $@

$(BUILD)/%.o: src/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(CXXFLAGS) -c $< -o $@

$(BUILD)/datasets/%.o: datasets/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(CXXFLAGS) -c $< -o $@

# Sandbox and intake: libraries of the grader, so far in its tests only.
GRADING_OBJECTS := $(patsubst grading/%.cpp,$(BUILD)/grading/%.o,$(wildcard grading/sandbox*.cpp grading/intake*.cpp))
$(GRADING_OBJECTS): $(BUILD)/flags
$(BUILD)/grading/%.o: grading/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(CXXFLAGS) -c $< -o $@
$(OUT)/nn_tests: $(GRADING_OBJECTS)
$(OUT)/nn_tests $(BUILD)/check: override LDLIBS += $(if $(filter archive,$(HAVE)),-larchive)

$(BUILD)/tests/%.o: tests/%.cpp
	@mkdir -p $(@D)
	@echo "compile  $<"; $(CXX) $(CXXFLAGS) -DTEST_BUILD='"$(BUILD)"' -c $< -o $@

# Random numbers and generated data are the same on every machine: no fused multiply-add there.
$(BUILD)/utils.o $(BUILD)/datasets/%.o: override CXXFLAGS += -ffp-contract=off

# Written again only when it changes, so that a new commit does not compile everything anew.
$(BUILD)/build_info.h: FORCE
	@mkdir -p $(@D)
	@{ echo '#define BUILD_COMPILER "$(shell $(CXX) --version | head -n 1)"'; \
	   echo '#define BUILD_FLAGS "$(OPTIMIZE)"'; \
	   echo '#define BUILD_COMMIT "$(shell git describe --always --dirty 2>/dev/null || echo unknown)"'; } >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(BUILD)/run.o: $(BUILD)/build_info.h

# Compiler, flags and processor: everything is compiled anew when one of them is another.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@{ echo '$(CXX) $(CXXFLAGS)'; $(CXX) --version | head -n 1; \
	   $(CXX) -march=$(ARCH) -Q --help=target 2>/dev/null | grep -m 1 -- '-march='; } >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(NN_OBJECTS) $(TEST_OBJECTS) $(BUILD)/datasets/make_cc.o $(BUILD)/datasets/make_rastrigin.o: $(BUILD)/flags

print-build:
	@echo $(OUT)

-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d $(CU)/given/*.d $(CU_OUT)/*.d)

# ---- what people type --------------------------------------------------------------------------------
run:  ## set up, train on the breast-cancer data, score the held-out rows, plot
	@CXX='$(CXX)' scripts/deps.sh run
	@$(MAKE) --no-print-directory all
	@scripts/demo.sh

test:  ## set up, build with float and double, run all tests
	@CXX='$(CXX)' scripts/deps.sh test
	+@scripts/test.sh $(CONFIGS) emu

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

stubs:  #### write the students' src/nn.cu, train.cu, test.cu anew, from the solutions
	@for f in $(notdir $(wildcard solutions/*.cu)); do \
	    awk -f scripts/stub.awk solutions/$$f >src/$$f.new && mv src/$$f.new src/$$f || { rm -f src/$$f.new; exit 1; }; done

help-all: help  #### this list and the options
	@$(call LIST,####)
	@echo "options, after the target:"
	@awk '/^[A-Z]+ +[?]=.*# / { split($$0, half, /# +/); sub(/ *[?]= */, "=", half[1]); printf "  %-21s %s\n", half[1], half[2] }' $(firstword $(MAKEFILE_LIST))

test-all:  #### all tests, those under the sanitizers and the slow ones too (minutes)
	@CXX='$(CXX)' scripts/deps.sh test
	+@SLOW=1 scripts/test.sh $(CONFIGS) float-address double-address emu

test-emu:  #### the emulator's tests alone (minutes)
	@CXX='$(CXX)' scripts/deps.sh test
	+@scripts/test.sh emu

asan:  #### build with the sanitizers address and undefined, run the tests
	@CXX='$(CXX)' scripts/deps.sh test
	+@scripts/test.sh float-address

data-cc: bin/make_cc  #### datasets/CC_train.csv and CC_test.csv: the shape of the credit-card data, or the real file
	bin/make_cc $(if $(wildcard datasets/creditcard.csv),--from datasets/creditcard.csv)

ROWS ?= 160000
data-rastrigin: bin/make_rastrigin  #### datasets/rastrigin_160000.csv and rastrigin_test.csv (ROWS=n for another size)
	bin/make_rastrigin --rows $(ROWS)

data-fashion:  #### datasets/fashion-mnist, from the package dataset-fashion-mnist
	@CXX='$(CXX)' scripts/deps.sh fashion
	ln -sfn /usr/share/datasets/fashion-mnist datasets/fashion-mnist

format:  #### lay out the sources as .clang-format says
	clang-format -i src/*.h src/*.cpp datasets/*.cpp tests/*.h tests/*.cpp emu/*/*.h emu/*/*.cpp emu/include/emu/*.h

clean:  ## remove what was built
	rm -rf bin build emu/bin emu/lib emu/lib64
