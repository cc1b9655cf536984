/* The parts of a Word document around its text: header, footers, settings, properties, and the lists that
 * hold them together (ECMA-376 part 2). */
#include <string.h>
#include <time.h>

#include "docx_internal.h"
#include "paper_measures.h"

#define OFFICE_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"

/* ---- header and footers ---- */

void docx_header(struct docx *docx, struct buf *out) {
    const struct paper_measures *m = &docx->paper->measures;
    buf_adds(out,
             DOCX_HEAD "<w:hdr " DOCX_NAMESPACES "><w:p><w:pPr><w:pStyle w:val=\"header\"/></w:pPr><w:r>");
    docx_code_drawing(out, m->page_width - PAPER_CODE_EDGE - PAPER_CODE_SIDE, PAPER_CODE_EDGE,
                      PAPER_CODE_SIDE);
    buf_adds(out, "</w:r></w:p></w:hdr>\n");
}

/* GB/T 9704-2012, 7.5: 4号宋体 between two dashes, odd pages right, even pages left, one character from the
 * edge. */
void docx_footer(struct buf *out, bool even) {
    buf_addf(out,
             DOCX_HEAD "<w:ftr " DOCX_NAMESPACES "><w:p><w:pPr><w:pStyle w:val=\"%s\"/></w:pPr>"
                       "<w:r><w:t xml:space=\"preserve\">— </w:t></w:r>"
                       "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
                       "<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
                       "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>%d</w:t></w:r>"
                       "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
                       "<w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>\n",
             even ? "folio_even" : "folio", even ? 2 : 1);
}

/* ---- settings ---- */

/* Marks that must not stand at a line's end or start, as in the PDF: GB/T 15834-2011, 5.1, and units. */
#define NOT_AT_END "$(£¥·‘“〈《「『【〔〖〝﹙﹛﹝＄（．［｛￡￥"
#define NOT_AT_START \
    "!%),.:;&gt;?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠"

/* Tab stops (420: two characters of 10.5 pt) as in Word's own new documents in Chinese. */
void docx_settings(struct buf *out) {
    buf_adds(
        out, DOCX_HEAD
        "<w:settings xmlns:w=\"" DOCX_W "\">\n<w:zoom w:percent=\"100\"/>\n<w:mirrorMargins/>\n"
        "<w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>\n<w:defaultTabStop w:val=\"420\"/>\n"
        "<w:evenAndOddHeaders/>\n"
        "<w:characterSpacingControl w:val=\"compressPunctuation\"/>\n"
        "<w:noLineBreaksAfter w:lang=\"zh-CN\" w:val=\"" NOT_AT_END "\"/>\n"
        "<w:noLineBreaksBefore w:lang=\"zh-CN\" w:val=\"" NOT_AT_START "\"/>\n"
        "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>"
        "<w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:useFELayout/>\n");
    static const char *const compat[][2] = {
        {"compatibilityMode", "15"},
        {"overrideTableStyleFontSizeAndJustification", "1"},
        {"enableOpenTypeFeatures", "1"},
        {"doNotFlipMirrorIndents", "1"},
        {"differentiateMultirowTableHeaders", "1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(compat); i++)
        buf_addf(
            out,
            "<w:compatSetting w:name=\"%s\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"%s\"/>\n",
            compat[i][0], compat[i][1]);
    buf_adds(out, "</w:compat>\n<w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/>\n<w:decimalSymbol "
                  "w:val=\".\"/><w:listSeparator w:val=\",\"/></w:settings>\n");
}

/* ---- properties ---- */

static void add_property(struct buf *out, const char *name, const char *text) {
    if (text == NULL || *text == '\0') return;
    buf_addf(out, "<%s>", name);
    docx_escape(out, text, strlen(text));
    buf_addf(out, "</%s>", name);
}

static void add_time(struct buf *out, const char *name, int64_t ms) {
    time_t seconds = (time_t)(ms / 1000);
    struct tm t;
    if (ms <= 0 || gmtime_r(&seconds, &t) == NULL || t.tm_year > 8099) return;
    buf_addf(out, "<dcterms:%s xsi:type=\"dcterms:W3CDTF\">%04d-%02d-%02dT%02d:%02d:%02dZ</dcterms:%s>", name,
             t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, name);
}

void docx_core(const struct docx *docx, struct buf *out) {
    const struct paper *paper = docx->paper;
    buf_adds(out, DOCX_HEAD
             "<cp:coreProperties xmlns:cp=\"" PACKAGE "metadata/core-properties\" "
             "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" "
             "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
    add_property(out, "dc:title", paper->title);
    add_property(out, "dc:subject", paper->subject);
    add_property(out, "dc:creator", paper->author);
    add_property(out, "cp:lastModifiedBy", paper->author);
    add_time(out, "created", paper->created_ms);
    add_time(out, "modified", paper->created_ms);
    buf_adds(out, "<dc:language>zh-CN</dc:language></cp:coreProperties>\n");
}

void docx_app(struct buf *out) {
    buf_adds(out, DOCX_HEAD "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/"
                            "extended-properties\"><Application>minyi</Application></Properties>\n");
}

/* ---- what holds the parts together ---- */

static void add_override(struct buf *out, const char *part, const char *type) {
    buf_addf(out, "<Override PartName=\"/%s\" ContentType=\"%s\"/>\n", part, type);
}

void docx_content_types(const struct docx *docx, struct buf *out) {
    buf_adds(out,
             DOCX_HEAD "<Types xmlns=\"" PACKAGE "content-types\">\n"
                       "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
                       "relationships+xml\"/>\n<Default Extension=\"xml\" ContentType=\"application/xml\"/>\n"
                       "<Default Extension=\"jpg\" ContentType=\"image/jpeg\"/>\n"
                       "<Default Extension=\"png\" ContentType=\"image/png\"/>\n");
    add_override(out, "word/document.xml", OFFICE_TYPE "document.main+xml");
    add_override(out, "word/styles.xml", OFFICE_TYPE "styles+xml");
    add_override(out, "word/fontTable.xml", OFFICE_TYPE "fontTable+xml");
    add_override(out, "word/settings.xml", OFFICE_TYPE "settings+xml");
    if (docx->paper->folio) {
        add_override(out, "word/footer1.xml", OFFICE_TYPE "footer+xml");
        add_override(out, "word/footer2.xml", OFFICE_TYPE "footer+xml");
        add_override(out, "word/footer3.xml", OFFICE_TYPE "footer+xml");
    }
    if (docx->has_code) add_override(out, "word/header1.xml", OFFICE_TYPE "header+xml");
    add_override(out, "docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml");
    add_override(out, "docProps/app.xml",
                 "application/vnd.openxmlformats-officedocument.extended-properties+xml");
    buf_adds(out, "</Types>\n");
}

static void begin_relations(struct buf *out) {
    buf_adds(out, DOCX_HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">\n");
}

static void add_relation(struct buf *out, const char *id, const char *type, const char *target) {
    buf_addf(out, "<Relationship Id=\"%s\" Type=\"%s\" Target=\"%s\"/>\n", id, type, target);
}

void docx_relations(struct buf *out) {
    begin_relations(out);
    add_relation(out, "rId1", DOCX_R "/officeDocument", "word/document.xml");
    add_relation(out, "rId2", PACKAGE "relationships/metadata/core-properties", "docProps/core.xml");
    add_relation(out, "rId3", DOCX_R "/extended-properties", "docProps/app.xml");
    buf_adds(out, "</Relationships>\n");
}

void docx_header_relations(struct buf *out) {
    begin_relations(out);
    add_relation(out, "rId1", DOCX_R "/image", "media/code.png");
    buf_adds(out, "</Relationships>\n");
}

void docx_document_relations(const struct docx *docx, struct buf *out) {
    begin_relations(out);
    add_relation(out, "rId1", DOCX_R "/styles", "styles.xml");
    add_relation(out, "rId2", DOCX_R "/fontTable", "fontTable.xml");
    add_relation(out, "rId3", DOCX_R "/settings", "settings.xml");
    if (docx->paper->folio) {
        add_relation(out, "rId4", DOCX_R "/footer", "footer1.xml");
        add_relation(out, "rId5", DOCX_R "/footer", "footer2.xml");
        add_relation(out, "rId6", DOCX_R "/footer", "footer3.xml");
    }
    if (docx->has_code) add_relation(out, "rId7", DOCX_R "/header", "header1.xml");
    for (int i = 1; i <= docx->photo_count; i++)
        buf_addf(out,
                 "<Relationship Id=\"rIdPhoto%d\" Type=\"" DOCX_R "/image\" Target=\"media/image%d.jpg\"/>\n",
                 i, i);
    buf_adds(out, "</Relationships>\n");
}
