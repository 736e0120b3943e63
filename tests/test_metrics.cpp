// tests/test_metrics.cpp: metrics against scikit-learn's, and where a denominator is 0.
#include <cmath>

#include <nlohmann/json.hpp>

#include "helpers.h"

// Scores outputs that are given, not computed: an identity network.
static metrics_t metrics_of(const ds_t *ds, double threshold, bool ranking)
{
    shape_t s = shape_of({ds->n_in, ds->n_out}, {"linear"}, "mse");
    nn_t nn = nn_create(&s, INIT_UNIFORM, 1);
    std::fill(nn.params.begin(), nn.params.end(), (real_t)0);
    for (int j = 0; j < ds->n_out; j++) nn.params[j * ds->n_in + j] = 1;
    nn.task = ds->task;
    nn.threshold = threshold;
    std::vector<real_t> outputs;
    return nn_test(&nn, ds, ranking ? &outputs : NULL);
}

static std::vector<double> one_hot(const std::vector<double> &classes, int K)
{
    std::vector<double> Y;
    for (double c : classes)
        for (int k = 0; k < K; k++) Y.push_back(k == c);
    return Y;
}

TEST_CASE("binary metrics are scikit-learn's")
{
    std::string text = file_read("tests/golden/metrics.txt");
    std::vector<double> labels = numbers_of(text, "binary_labels"), scores = numbers_of(text, "binary_scores");
    ds_t ds = make_ds((int)labels.size(), 1, 1, scores, labels, TASK_CLASSIFICATION);
    for (const char *T : {"0.5", "0.3"}) {
        CAPTURE(T);
        metrics_t m = metrics_of(&ds, atof(T), true);
        auto number = [&](const char *what) { return numbers_of(text, format("binary_%s_%s", what, T))[0]; };
        std::vector<double> confusion = numbers_of(text, format("binary_confusion_%s", T));  // tn fp fn tp
        CHECK(m.classes[1].TN == confusion[0]);
        CHECK(m.classes[1].FP == confusion[1]);
        CHECK(m.classes[1].FN == confusion[2]);
        CHECK(m.classes[1].TP == confusion[3]);
        CHECK(m.classes[1].precision == doctest::Approx(number("precision")).epsilon(1e-12));
        CHECK(m.classes[1].recall == doctest::Approx(number("recall")).epsilon(1e-12));
        CHECK(m.value == doctest::Approx(number("f1")).epsilon(1e-12));
        CHECK(m.accuracy == doctest::Approx(number("accuracy")).epsilon(1e-12));
        CHECK(m.roc_auc == doctest::Approx(numbers_of(text, "binary_roc_auc")[0]).epsilon(1e-12));
        CHECK(m.average_precision == doctest::Approx(numbers_of(text, "binary_average_precision")[0]).epsilon(1e-12));
    }
}

TEST_CASE("metrics of four classes are scikit-learn's, one class never predicted")
{
    std::string text = file_read("tests/golden/metrics.txt");
    std::vector<double> truth = numbers_of(text, "multiclass_labels"),
                        guess = numbers_of(text, "multiclass_predictions");
    ds_t ds = make_ds((int)truth.size(), 4, 4, one_hot(guess, 4), one_hot(truth, 4), TASK_CLASSIFICATION);
    metrics_t m = metrics_of(&ds, 0.5, false);
    std::vector<double> confusion = numbers_of(text, "multiclass_confusion");
    for (int i = 0; i < 16; i++) CHECK(m.score.confusion[i] == confusion[i]);
    for (int c = 0; c < 4; c++) {
        CHECK(m.classes[c].precision == doctest::Approx(numbers_of(text, "multiclass_precision")[c]).epsilon(1e-12));
        CHECK(m.classes[c].recall == doctest::Approx(numbers_of(text, "multiclass_recall")[c]).epsilon(1e-12));
        CHECK(m.classes[c].f1 == doctest::Approx(numbers_of(text, "multiclass_f1")[c]).epsilon(1e-12));
    }
    CHECK(m.classes[2].precision_undefined);
    CHECK(m.macro_f1 == doctest::Approx(numbers_of(text, "multiclass_macro_f1")[0]).epsilon(1e-12));
    CHECK(m.value == doctest::Approx(numbers_of(text, "multiclass_accuracy")[0]).epsilon(1e-12));
}

TEST_CASE("regression metrics are scikit-learn's")
{
    std::string text = file_read("tests/golden/metrics.txt");
    std::vector<double> y = numbers_of(text, "regression_y"), yhat = numbers_of(text, "regression_yhat");
    ds_t ds = make_ds((int)y.size(), 1, 1, yhat, y, TASK_REGRESSION);
    metrics_t m = metrics_of(&ds, 0.5, true);
    double eps = sizeof(real_t) == 4 ? 1e-5 : 1e-12;
    CHECK(m.r2 == doctest::Approx(numbers_of(text, "regression_r2")[0]).epsilon(eps));
    CHECK(m.mse == doctest::Approx(numbers_of(text, "regression_mse")[0]).epsilon(eps));
    CHECK(m.mae == doctest::Approx(numbers_of(text, "regression_mae")[0]).epsilon(eps));
    CHECK(m.value == m.r2);
}

TEST_CASE("outputs that are no numbers have no ranking")
{
    ds_t ds = make_ds(3, 1, 1, {NAN, 1, NAN}, {0, 1, 1}, TASK_CLASSIFICATION);
    metrics_t m = metrics_of(&ds, 0.5, true);
    CHECK(std::isnan(m.roc_auc));
    CHECK(std::isnan(loss_value(LOSS_LOG, act_t{ACT_SIGMOID, 0}, (real_t)NAN, 1)));  // and a cost that shows it
}

static std::string printed(const metrics_t *m)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    metrics_print(m, "held-out", out);
    fclose(out);
    std::string s(text, size);
    free(text);
    return s;
}

TEST_CASE("where a denominator is 0 the metric counts as 0 and says so")
{
    ds_t none_predicted = make_ds(4, 1, 1, {0, 0, 0, 0}, {0, 1, 0, 1}, TASK_CLASSIFICATION);
    metrics_t m = metrics_of(&none_predicted, 0.5, true);
    CHECK(m.classes[1].precision_undefined);
    CHECK(m.classes[1].precision == 0);
    CHECK(m.value == 0);
    CHECK(m.roc_auc == 0.5);  // all outputs equal: no better than chance
    CHECK(m.average_precision == 0.5);
    CHECK(contains(printed(&m), "* not defined"));

    ds_t no_positive = make_ds(3, 1, 1, {0, 1, 0}, {0, 0, 0}, TASK_CLASSIFICATION);
    m = metrics_of(&no_positive, 0.5, true);
    CHECK(m.classes[1].recall_undefined);
    CHECK(std::isnan(m.roc_auc));
    CHECK(nlohmann::json::parse(metrics_json(&m))["roc_auc"].is_null());

    ds_t constant = make_ds(3, 1, 1, {1, 1, 1}, {1, 1, 1}, TASK_REGRESSION);
    CHECK(metrics_of(&constant, 0.5, false).r2 == 0);
}

TEST_CASE("the last line names the number that counts")
{
    ds_t binary = make_ds(4, 1, 1, {0, 1, 1, 0}, {0, 1, 0, 0}, TASK_CLASSIFICATION);
    metrics_t m = metrics_of(&binary, 0.5, false);
    CHECK(contains(printed(&m), "\nF1 0.6667 (positive class, held-out)\n"));
    ds_t three = make_ds(3, 3, 3, one_hot({0, 1, 2}, 3), one_hot({0, 1, 2}, 3), TASK_CLASSIFICATION);
    m = metrics_of(&three, 0.5, false);
    CHECK(contains(printed(&m), "\nmacro F1 1.0000 (accuracy 1.0000, held-out)\n"));
    ds_t numbers = make_ds(3, 1, 1, {1, 2, 3}, {1, 2, 3}, TASK_REGRESSION);
    m = metrics_of(&numbers, 0.5, false);
    CHECK(contains(printed(&m), "\nR2 1.0000 (held-out)\n"));
}

TEST_CASE("a row on the threshold is positive")
{
    real_t a = (real_t)0.3;
    CHECK(predicted_class(&a, 1, 0.3) == 1);
    CHECK(predicted_class(&a, 1, 0.31) == 0);
    real_t equal[] = {0, 2, 2};
    CHECK(predicted_class(equal, 3, 0.5) == 1);
}
