// [given] ds_idx.cpp: reads IDX files (MNIST, Fashion-MNIST): images in one file, their classes in another.
// Format: two zero bytes, type 8 (unsigned byte), number of dimensions, each dimension as a big-endian 32-bit number,
// then the bytes (LeCun, Cortes, Burges: the MNIST database).
#include "ds.h"

#include <unistd.h>

bool ds_is_idx(const std::string &text) { return text.size() >= 4 && text[0] == 0 && text[1] == 0; }

static uint32_t big_endian(const std::string &text, size_t at)
{
    uint32_t x = 0;
    for (size_t i = at; i < at + 4; i++) x = x << 8 | (unsigned char)text[i];
    return x;
}

// Checks the header; returns where the bytes begin, the number of items, and the bytes of each.
static size_t idx_header(const std::string &path, const std::string &text, int dimensions, size_t *items, size_t *each)
{
    size_t start = 4 + 4 * (size_t)dimensions;
    if (text.size() < start) die("%s: cut off inside its header (%zu bytes)", path.c_str(), text.size());
    if (text[0] || text[1] || text[2] != 8 || text[3] != dimensions)
        die("%s: header bytes %u %u %u %u, expected 0 0 8 %d: IDX, unsigned bytes, %s", path.c_str(),
            (unsigned char)text[0], (unsigned char)text[1], (unsigned char)text[2], (unsigned char)text[3], dimensions,
            dimensions == 3 ? "images" : "labels");
    *items = big_endian(text, 4);
    *each = 1;
    for (int d = 1; d < dimensions; d++) *each *= big_endian(text, 4 + 4 * d);  // two dimensions: below 2^64
    size_t expected = text.size() - start;
    if (*items == 0) die("%s: holds no items", path.c_str());
    if (*each == 0 || *items != expected / *each || expected % *each)
        die("%s: %zu bytes behind its header, which announces %zu x %zu", path.c_str(), expected, *items, *each);
    return start;
}

static std::string labels_path(const std::string &path)
{
    size_t at = path.rfind("images");
    size_t three = at == std::string::npos ? at : path.find("idx3", at);
    if (three == std::string::npos)
        die("%s: IDX images need their labels' file beside them\nhint: names as in train-images-idx3-ubyte and "
            "train-labels-idx1-ubyte, with or without .gz",
            path.c_str());
    std::string labels = path;
    labels.replace(three, 4, "idx1");
    labels.replace(at, 6, "labels");
    bool packed = labels.size() > 3 && labels.compare(labels.size() - 3, 3, ".gz") == 0;
    std::string other = packed ? labels.substr(0, labels.size() - 3) : labels + ".gz";
    bool only_other = access(labels.c_str(), F_OK) != 0 && access(other.c_str(), F_OK) == 0;
    return only_other ? other : labels;
}

void ds_read_idx(ds_t *ds, const std::string &path, const std::string &text, const ds_want_t *want)
{
    size_t n_images, n_labels, pixels, one;
    size_t at = idx_header(path, text, 3, &n_images, &pixels);
    std::string label_file = labels_path(path), bytes = file_read(label_file);
    size_t label_at = idx_header(label_file, bytes, 1, &n_labels, &one);
    if (n_images != n_labels)
        die("%s: %zu labels, but %s has %zu images", label_file.c_str(), n_labels, path.c_str(), n_images);
    if (pixels != (size_t)want->n_in)
        die("%s: images of %zu pixels, but the network has %d inputs\nhint: --layers begins with the number of pixels",
            path.c_str(), pixels, want->n_in);
    if (want->task == TASK_REGRESSION) die("%s: images with class labels, but the task is regression", path.c_str());
    if (n_images > INT32_MAX) die("%s: %zu images, expected at most %d", path.c_str(), n_images, INT32_MAX);

    int K = want->n_out == 1 ? 2 : want->n_out;
    ds->N = (int)n_images;
    ds->task = TASK_CLASSIFICATION;
    ds->is_image = true;
    ds->X.resize(n_images * pixels);
    for (size_t i = 0; i < ds->X.size(); i++) ds->X[i] = (unsigned char)text[at + i];
    ds->Y.assign(n_images * want->n_out, 0);
    std::vector<bool> seen(K, false);
    int classes = 0;
    for (size_t i = 0; i < n_images; i++) {
        int k = (unsigned char)bytes[label_at + i];
        if (k >= K)
            die("%s: item %zu has label %d, outside the %d outputs' classes 0 .. %d", label_file.c_str(), i, k,
                want->n_out, K - 1);
        if (want->n_out == 1) ds->Y[i] = (real_t)k;
        else ds->Y[i * want->n_out + k] = 1;
        if (!seen[k]) classes++;
        seen[k] = true;
    }
    if (classes < 2 && want->labels.empty()) die("%s: one class only: nothing to learn", label_file.c_str());
    ds->labels = want->labels;
    if (ds->labels.empty())
        for (int k = 0; k < K; k++) ds->labels.push_back(number_text((double)k));
}
