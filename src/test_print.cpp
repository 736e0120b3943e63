// [given] test_print.cpp: metrics as a table for people and as JSON for programs.
#include "test.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

static int label_width(const metrics_t *m)
{
    size_t w = 6;
    for (const std::string &s : m->labels) w = std::max(w, s.size());
    return (int)std::min<size_t>(w, 24);
}

static void print_confusion(const metrics_t *m, FILE *out)
{
    int K = m->score.K, w = label_width(m);
    fprintf(out, "%-*s  predicted\n", w + 7, "");
    fprintf(out, "%-*s", w + 7, "actual");
    for (int k = 0; k < K; k++) fprintf(out, " %*.*s", std::max(w, 7), 24, m->labels[k].c_str());
    fprintf(out, "\n");
    for (int c = 0; c < K; c++) {
        fprintf(out, "%*.*s       ", w, 24, m->labels[c].c_str());
        for (int k = 0; k < K; k++) fprintf(out, " %*llu", std::max(w, 7), m->score.confusion[c * K + k]);
        fprintf(out, "\n");
    }
    if (m->n_out == 1)
        fprintf(out, "TP %ld  FP %ld  FN %ld  TN %ld  (positive: %s)\n", m->classes[1].TP, m->classes[1].FP,
                m->classes[1].FN, m->classes[1].TN, m->labels[1].c_str());
    fprintf(out, "\n");
}

static void print_classes(const metrics_t *m, FILE *out)
{
    int w = label_width(m);
    bool note = false;
    fprintf(out, "%-*s  precision   recall       F1     rows\n", w, "class");
    for (size_t c = 0; c < m->classes.size(); c++) {
        const class_metrics_t *k = &m->classes[c];
        fprintf(out, "%-*.*s  %8.4f%c %8.4f%c %8.4f %8ld\n", w, 24, m->labels[c].c_str(), k->precision,
                k->precision_undefined ? '*' : ' ', k->recall, k->recall_undefined ? '*' : ' ', k->f1, k->TP + k->FN);
        note |= k->precision_undefined || k->recall_undefined;
    }
    fprintf(out, "%-*s  %8.4f  %8.4f  %8.4f %8d\n", w, "macro", m->macro_precision, m->macro_recall, m->macro_f1, m->N);
    if (note) fprintf(out, "* not defined (no row was predicted so, or no row is so): counted as 0\n");
    fprintf(out, "\naccuracy %.4f   cost %.6g", m->accuracy, m->loss);
    if (!std::isnan(m->roc_auc))
        fprintf(out, "   ROC AUC %.4f   average precision %.4f", m->roc_auc, m->average_precision);
    if (m->n_out == 1) fprintf(out, "   threshold %g", m->threshold);
    fprintf(out, "\n");
}

void metrics_print(const metrics_t *m, const char *which_rows, FILE *out)
{
    if (m->task == TASK_REGRESSION) {
        fprintf(out, "rows %d   cost %.6g   mean squared error %.6g   mean absolute error %.6g\n", m->N, m->loss,
                m->mse, m->mae);
        fprintf(out, "R2 %.4f (%s)\n", m->r2, which_rows);
        return;
    }
    if (m->score.K <= 16) print_confusion(m, out);
    print_classes(m, out);
    if (m->n_out == 1) fprintf(out, "F1 %.4f (positive class, %s)\n", m->value, which_rows);
    else fprintf(out, "macro F1 %.4f (accuracy %.4f, %s)\n", m->macro_f1, m->accuracy, which_rows);
}

std::string metrics_json(const metrics_t *m)
{
    nlohmann::ordered_json j;
    j["task"] = m->task == TASK_REGRESSION ? "regression" : "classification";
    j["rows"] = m->N;
    j["metric"] = metrics_value_name(m->task, m->n_out);
    j["value"] = m->value;
    j["cost"] = m->loss;
    if (m->task == TASK_REGRESSION) {
        j["r2"] = m->r2;
        j["mse"] = m->mse;
        j["mae"] = m->mae;
        return j.dump(2) + "\n";
    }
    j["accuracy"] = m->accuracy;
    j["macro"] = {{"precision", m->macro_precision}, {"recall", m->macro_recall}, {"f1", m->macro_f1}};
    if (m->n_out == 1) {
        j["threshold"] = m->threshold;
        j["roc_auc"] = m->roc_auc;  // NaN becomes null
        j["average_precision"] = m->average_precision;
    }
    for (size_t c = 0; c < m->classes.size(); c++) {
        const class_metrics_t *k = &m->classes[c];
        j["classes"].push_back({{"label", m->labels[c]},
                                {"TP", k->TP},
                                {"FP", k->FP},
                                {"FN", k->FN},
                                {"TN", k->TN},
                                {"precision", k->precision},
                                {"recall", k->recall},
                                {"f1", k->f1},
                                {"precision_undefined", k->precision_undefined},
                                {"recall_undefined", k->recall_undefined}});
    }
    for (int c = 0; c < m->score.K; c++)
        j["confusion"].push_back(std::vector<long>(m->score.confusion.begin() + c * m->score.K,
                                                   m->score.confusion.begin() + (c + 1) * m->score.K));
    return j.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}
