/* paper_docx(): the parts of a Word document, and the zip they stand in.
 *
 * The same description gives the same bytes: parts have a fixed order, numbers are given in the order of the
 * text, and nothing is asked of a clock or of the fonts that are installed. */
#include <stdio.h>
#include <string.h>

#include "docx_internal.h"
#include "minyi/archive.h"
#include "minyi/err.h"
#include "paper_internal.h"

static void look_at(struct docx *docx, const struct paper_block *blocks, size_t count, size_t *photos) {
    for (size_t i = 0; i < count; i++) {
        if (blocks[i].kind == PAPER_PAIR) docx->paired[blocks[i].style] = true;
        if (blocks[i].kind == PAPER_PICTURE) ++*photos;
    }
}

static int add_part(struct archive *archive, const char *name, struct buf *part) {
    int error = buf_failed(part) ? ERR_TOO_LARGE : archive_add(archive, name, part->data, part->len);
    buf_clear(part);
    return error;
}

static int add_fixed_parts(struct docx *docx, struct archive *archive, struct buf *part) {
    docx_content_types(docx, part);
    int error = add_part(archive, "[Content_Types].xml", part);
    docx_relations(part);
    if (error == 0) error = add_part(archive, "_rels/.rels", part);
    docx_core(docx, part);
    if (error == 0) error = add_part(archive, "docProps/core.xml", part);
    docx_app(part);
    if (error == 0) error = add_part(archive, "docProps/app.xml", part);
    docx_settings(part);
    if (error == 0) error = add_part(archive, "word/settings.xml", part);
    docx_fonts(docx, part);
    if (error == 0) error = add_part(archive, "word/fontTable.xml", part);
    for (int i = 1; i <= 3 && docx->paper->folio && error == 0; i++) {
        char name[32];
        snprintf(name, sizeof(name), "word/footer%d.xml", i);
        docx_footer(part, i == 2);
        error = add_part(archive, name, part);
    }
    return error;
}

static int add_text_parts(struct docx *docx, struct archive *archive, struct buf *part) {
    docx_document(docx, part);
    int error = add_part(archive, "word/document.xml", part);
    docx_document_relations(docx, part);
    if (error == 0) error = add_part(archive, "word/_rels/document.xml.rels", part);
    docx_styles(docx, part); /* after the text, which says which rules there are */
    if (error == 0) error = add_part(archive, "word/styles.xml", part);
    for (int i = 0; i < docx->photo_count && error == 0; i++) {
        char name[48];
        snprintf(name, sizeof(name), "word/media/image%d.jpg", i + 1);
        error = archive_add(archive, name, docx->photos[i]->jpeg, docx->photos[i]->size);
    }
    return error;
}

static int add_code_parts(struct docx *docx, struct archive *archive, struct buf *part, struct buf *png) {
    if (!docx->has_code) return 0;
    docx_header(docx, part);
    int error = add_part(archive, "word/header1.xml", part);
    docx_header_relations(part);
    if (error == 0) error = add_part(archive, "word/_rels/header1.xml.rels", part);
    return error != 0 ? error : archive_add(archive, "word/media/code.png", png->data, png->len);
}

int paper_docx(const struct paper *paper, struct buf *ret_docx) {
    if (paper_too_much(paper)) return ERR_TOO_LONG;
    struct arena *scratch CLEANUP(arena_cleanup) = arena_new((size_t)16 * PAPER_TEXT_MAX);
    struct docx docx = {.arena = scratch, .paper = paper};
    struct buf part CLEANUP(buf_free) = BUF(DOCX_BYTES_MAX), png CLEANUP(buf_free) = BUF(DOCX_BYTES_MAX);
    size_t photos = 0;
    docx_measures(&docx);
    look_at(&docx, paper->blocks, paper->block_count, &photos);
    look_at(&docx, paper->foot, paper->foot_count, &photos);
    docx.photos = arena_array(scratch, photos + 1, sizeof(const struct paper_photo *));
    docx.has_code = docx_code_png(&docx, &png);
    struct archive *archive = archive_memory();
    if (archive == NULL) return ERR_INTERNAL;
    int error = add_fixed_parts(&docx, archive, &part);
    if (error == 0) error = add_text_parts(&docx, archive, &part);
    if (error == 0) error = add_code_parts(&docx, archive, &part, &png);
    if (error == 0) return archive_close(archive, ret_docx);
    archive_discard(archive);
    return error;
}
