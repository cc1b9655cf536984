/* The demo office's texts, embedded from src/cli/samples (JSON); ended by a row with name NULL. */
#ifndef MINYI_SAMPLES_H
#define MINYI_SAMPLES_H

struct demo_sample {
    const char *name; /* "reports" */
    const char *text; /* JSON, NUL-terminated */
};
extern const struct demo_sample demo_samples[];

#endif
