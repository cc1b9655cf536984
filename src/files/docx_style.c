/* styles.xml and fontTable.xml: the faces of a paper as styles that an editor finds by their Chinese names.
 *
 * 1. Every style says only in what it differs from 正文, on which it stands, so that a change of 正文 reaches
 *    all of them.
 * 2. Three styles are Word's own and bear its names, which Word and WPS translate for the reader: "Normal"
 *    (正文: what is typed anew, and what characters are measured by),
 *    "Title" (标题) and "footer" (页脚). A style of ours under the translated name would stand twice in the
 *    list.
 * 3. Latin letters and digits are set in the Chinese family too, as in the PDF: so a line breaks in the same
 *    place, and half-width digits stay half a character wide. The hint gives quotation marks, dashes and
 *    dots, which both scripts have, their full width.
 * 4. A rule is a paragraph of its thickness, filled: a border would stand beside its line, come in eighths of
 *    a point, and LibreOffice makes no frame of paragraphs with different borders.
 * 5. Each style has a twin for characters, for a head that runs into its paragraph ("编者按：").
 */
#include <string.h>

#include "docx_internal.h"
#include "paper_internal.h"

int docx_outline(enum paper_style_id style) {
    switch (style) {
    case PAPER_TITLE:
        return 0;
    case PAPER_PIECE:
        return 1;
    case PAPER_LEVEL_1:
    case PAPER_LEVEL_2:
    case PAPER_LEVEL_3:
    case PAPER_LEVEL_4:
        return 1 + (int)(style - PAPER_LEVEL_1);
    default:
        return -1;
    }
}

static const char *name_of(enum paper_style_id style) {
    switch (style) {
    case PAPER_BODY:
        return "Normal";
    case PAPER_TITLE:
        return "Title";
    case PAPER_FOLIO:
        return "footer";
    default:
        return paper_style_zh(style);
    }
}

/* The style of the paragraph that is typed after one of STYLE. */
static enum paper_style_id next_of(enum paper_style_id style) {
    switch (style) {
    case PAPER_PLAIN:
    case PAPER_TABLE:
    case PAPER_CLOSING:
    case PAPER_FOOT:
    case PAPER_FOLIO:
        return style;
    default:
        return PAPER_BODY;
    }
}

static const char *family_of(const struct paper *paper, enum font_role role) {
    const char *const *families = paper->families[role];
    if (families == NULL || families[0] == NULL) families = font_role_defaults(role);
    return families[0];
}

static const char *color_of(enum paper_color color) {
    return color == PAPER_RED ? "FF0000" : "000000";
}

static int half_points(int size) {
    return (size + 25) / 50;
}

/* The head of a publication is shrunk until its longest line fits. */
static int size_of(const struct docx *docx, enum paper_style_id style) {
    const struct paper *paper = docx->paper;
    int size = paper->styles[style].size;
    if (style != PAPER_HEAD) return size;
    for (size_t i = 0; i < paper->block_count; i++)
        if (paper->blocks[i].style == style && paper->blocks[i].kind == PAPER_TEXT)
            size = docx_fitting(docx, paper->blocks[i].text, size);
    return size;
}

static void add_fonts(const struct docx *docx, struct buf *out, enum font_role role) {
    const char *family = family_of(docx->paper, role);
    buf_adds(out, "<w:rFonts w:hint=\"eastAsia\"");
    static const char *const scripts[] = {"ascii", "eastAsia", "hAnsi", "cs"};
    for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
        buf_addf(out, " w:%s=\"", scripts[i]);
        docx_escape(out, family, strlen(family));
        buf_addc(out, '"');
    }
    buf_adds(out, "/>");
}

/* What is between characters of 正文, twips, so that as many as the grid has fit into a line: 28 of 16 pt are
 * wider than 156 mm. Rounded down; the justification gives back what that takes. */
static int closer(const struct docx *docx) {
    int64_t hundredths = (int64_t)docx->width * 5 / docx->paper->measures.characters;
    int64_t space = hundredths - docx->paper->styles[PAPER_BODY].size;
    return (int)(space >= 0 ? space / 5 : -((-space + 4) / 5));
}

static void add_run_properties(const struct docx *docx, struct buf *out, enum paper_style_id id) {
    const struct paper_style *style = &docx->paper->styles[id], *body = &docx->paper->styles[PAPER_BODY];
    int size = half_points(size_of(docx, id));
    bool is_body = id == PAPER_BODY;
    buf_adds(out, "<w:rPr>");
    if (style->font != body->font) add_fonts(docx, out, style->font);
    if (style->color != (is_body ? PAPER_BLACK : body->color))
        buf_addf(out, "<w:color w:val=\"%s\"/>", color_of(style->color));
    bool sized = is_body || size != half_points(body->size);
    if (sized)
        buf_addf(out, "<w:spacing w:val=\"%d\"/><w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/>",
                 is_body ? closer(docx) : 0, size, size);
    buf_adds(out, "</w:rPr>");
}

/* The numbers of odd pages stand right: 7.5 of GB/T 9704-2012; folio_even is their other side. */
static struct paper_style style_of(const struct docx *docx, enum paper_style_id id) {
    struct paper_style style = docx->paper->styles[id];
    if (id == PAPER_FOLIO) style.align = PAPER_RIGHT;
    if (style.align == PAPER_CENTER) style.first_indent = style.rest_indent = 0;
    return style;
}

static const char *justification(enum paper_align align) {
    static const char *const names[] = {"both", "left", "center", "right"};
    return names[align];
}

/* The indent of a first line in characters, so that it follows when somebody changes the size. */
static void add_indents(const struct docx *docx, struct buf *out, enum paper_style_id id) {
    const struct paper_style style = style_of(docx, id);
    int first = style.first_indent, rest = style.rest_indent;
    if (style.align == PAPER_RIGHT) {
        buf_addf(out, "<w:ind w:rightChars=\"%d\" w:right=\"%d\" w:firstLineChars=\"0\" w:firstLine=\"0\"/>",
                 rest, docx_characters(docx, id, rest));
        return;
    }
    buf_addf(out, "<w:ind w:leftChars=\"%d\" w:left=\"%d\"", rest, docx_characters(docx, id, rest));
    if (id == PAPER_FOOT) /* 左右各空一字: GB/T 9704-2012, 7.4.2 */
        buf_addf(out, " w:rightChars=\"%d\" w:right=\"%d\"", first, docx_characters(docx, id, first));
    if (first < rest)
        buf_addf(out, " w:hangingChars=\"%d\" w:hanging=\"%d\"/>", rest - first,
                 docx_characters(docx, id, rest - first));
    else
        buf_addf(out, " w:firstLineChars=\"%d\" w:firstLine=\"%d\"/>", first - rest,
                 docx_characters(docx, id, first - rest));
}

static bool same_indents(const struct paper_style *a, const struct paper_style *b) {
    return a->first_indent == b->first_indent && a->rest_indent == b->rest_indent &&
           (a->align == PAPER_RIGHT) == (b->align == PAPER_RIGHT);
}

/* The height of lines. A fixed one stands off the grid, which would round it up; what is left of the grid's
 * last line stands below, so that what follows is on the grid again. */
static void add_line(const struct docx *docx, struct buf *out, enum paper_style_id id) {
    int line = docx_line(docx, id), before = 0, after = 0;
    if (line == 0 && id != PAPER_FOLIO) {
        if (docx_line(docx, PAPER_BODY) != 0)
            buf_adds(out, "<w:spacing w:line=\"240\" w:lineRule=\"auto\"/>");
        return;
    }
    if (id == PAPER_FOLIO) {
        line = docx_folio_line(docx);
        before = docx_folio_before(docx);
    } else if (id != PAPER_TABLE && id != PAPER_FOOT && line % docx->line != 0) {
        after = docx->line - line % docx->line;
    }
    buf_adds(out, "<w:snapToGrid w:val=\"0\"/><w:spacing");
    if (before > 0) buf_addf(out, " w:before=\"%d\"", before);
    if (after > 0) buf_addf(out, " w:after=\"%d\"", after);
    buf_addf(out, " w:line=\"%d\" w:lineRule=\"exact\"/>", line);
}

static void add_paragraph_properties(const struct docx *docx, struct buf *out, enum paper_style_id id) {
    const struct paper_style style = style_of(docx, id), body = style_of(docx, PAPER_BODY);
    bool is_body = id == PAPER_BODY;
    int outline = docx_outline(id);
    buf_adds(out, "<w:pPr>");
    if (paper_is_title(id)) buf_adds(out, "<w:keepLines/>");
    if (is_body) buf_adds(out, "<w:widowControl/>");
    if (docx->paired[id])
        buf_addf(out, "<w:tabs><w:tab w:val=\"right\" w:pos=\"%d\"/></w:tabs>",
                 docx->width - docx_characters(docx, id, style.first_indent));
    if (is_body) buf_adds(out, "<w:overflowPunct w:val=\"0\"/>");
    add_line(docx, out, id);
    if (is_body || id == PAPER_FOOT || !same_indents(&style, &body)) add_indents(docx, out, id);
    if (is_body || style.align != body.align)
        buf_addf(out, "<w:jc w:val=\"%s\"/>", justification(style.align));
    if (outline >= 0) buf_addf(out, "<w:outlineLvl w:val=\"%d\"/>", outline);
    buf_adds(out, "</w:pPr>");
}

static void add_style(const struct docx *docx, struct buf *out, enum paper_style_id id) {
    const char *code = paper_style_code(id);
    bool is_body = id == PAPER_BODY;
    bool own = strcmp(name_of(id), paper_style_zh(id)) == 0;
    buf_addf(out, "<w:style w:type=\"paragraph\"%s%s w:styleId=\"%s\"><w:name w:val=\"%s\"/>",
             is_body ? " w:default=\"1\"" : "", own ? " w:customStyle=\"1\"" : "", code, name_of(id));
    if (!is_body) buf_adds(out, "<w:basedOn w:val=\"body\"/>");
    buf_addf(out, "<w:next w:val=\"%s\"/>", paper_style_code(next_of(id)));
    if (!is_body) buf_addf(out, "<w:link w:val=\"%s_char\"/>", code);
    buf_addf(out, "<w:uiPriority w:val=\"%d\"/><w:qFormat/>", (int)id + 1);
    add_paragraph_properties(docx, out, id);
    add_run_properties(docx, out, id);
    buf_adds(out, "</w:style>\n");
    if (is_body) return;
    buf_addf(
        out,
        "<w:style w:type=\"character\" w:customStyle=\"1\" w:styleId=\"%s_char\"><w:name w:val=\"%s 字符\"/>"
        "<w:basedOn w:val=\"face\"/><w:link w:val=\"%s\"/><w:uiPriority w:val=\"%d\"/>",
        code, own ? name_of(id) : paper_style_zh(id), code, (int)id + 1);
    add_run_properties(docx, out, id);
    buf_adds(out, "</w:style>\n");
}

/* Word adds the line of the border to the height of the row, the PDF draws it on the edge: so there is less
 * below the text. */
static void add_cell_margins(struct buf *out) {
    int beside = docx_twips(PAPER_CELL_BESIDE), above = docx_twips(PAPER_CELL_ABOVE);
    buf_addf(out,
             "<w:tblCellMar><w:top w:w=\"%d\" w:type=\"dxa\"/><w:left w:w=\"%d\" w:type=\"dxa\"/>"
             "<w:bottom w:w=\"%d\" w:type=\"dxa\"/><w:right w:w=\"%d\" w:type=\"dxa\"/></w:tblCellMar>",
             above, beside, docx_twips(PAPER_CELL_ABOVE - PAPER_CELL_BORDER), beside);
}

/* Word's own styles that every document has, and the lines of tables. */
static void add_own_styles(struct buf *out) {
    buf_addf(out,
             "<w:style w:type=\"character\" w:customStyle=\"1\" w:styleId=\"%s\"><w:name w:val=\"紧排\"/>"
             "<w:basedOn w:val=\"face\"/><w:uiPriority w:val=\"30\"/><w:rPr><w:w w:val=\"%d\"/></w:rPr>"
             "</w:style>\n",
             DOCX_TIGHT, DOCX_TIGHT_PERCENT);
    buf_adds(
        out,
        "<w:style w:type=\"character\" w:default=\"1\" w:styleId=\"face\"><w:name w:val=\"Default Paragraph Font\"/>"
        "<w:uiPriority w:val=\"99\"/><w:semiHidden/><w:unhideWhenUsed/></w:style>\n"
        "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"cells\"><w:name w:val=\"Normal Table\"/>"
        "<w:uiPriority w:val=\"99\"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/>");
    add_cell_margins(out);
    buf_adds(out,
             "</w:tblPr></w:style>\n"
             "<w:style w:type=\"numbering\" w:default=\"1\" w:styleId=\"lists\"><w:name w:val=\"No List\"/>"
             "<w:uiPriority w:val=\"99\"/><w:semiHidden/><w:unhideWhenUsed/></w:style>\n"
             "<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"rows\"><w:name w:val=\"公文表格\"/>"
             "<w:basedOn w:val=\"cells\"/><w:uiPriority w:val=\"39\"/><w:tblPr><w:tblBorders>");
    static const char *const sides[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++)
        buf_addf(out, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>", sides[i]);
    buf_adds(out, "</w:tblBorders></w:tblPr></w:style>\n");
}

/* Styles that stand beside those of the paper: left pages' numbers, rules, pictures, empty lines. */
static void add_further_styles(const struct docx *docx, struct buf *out) {
    int edge = docx_characters(docx, PAPER_FOLIO, 100);
    buf_addf(
        out,
        "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"folio_even\"><w:name w:val=\"页码（双页）\"/>"
        "<w:basedOn w:val=\"folio\"/><w:uiPriority w:val=\"30\"/><w:pPr><w:ind w:left=\"%d\" w:right=\"0\"/>"
        "<w:jc w:val=\"left\"/></w:pPr></w:style>\n",
        edge);
    buf_adds(
        out,
        "<w:style w:type=\"paragraph\" w:styleId=\"header\"><w:name w:val=\"header\"/><w:basedOn w:val=\"plain\"/>"
        "<w:uiPriority w:val=\"30\"/><w:pPr><w:snapToGrid w:val=\"0\"/>"
        "<w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:style>\n"
        "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"picture\"><w:name w:val=\"图片\"/>"
        "<w:basedOn w:val=\"plain\"/><w:next w:val=\"caption\"/><w:uiPriority w:val=\"30\"/><w:pPr>"
        "<w:snapToGrid w:val=\"0\"/><w:jc w:val=\"center\"/></w:pPr></w:style>\n"
        "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"table_head\"><w:name w:val=\"表头\"/>"
        "<w:basedOn w:val=\"table\"/><w:uiPriority w:val=\"30\"/><w:pPr><w:jc w:val=\"center\"/></w:pPr></w:style>\n"
        "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"table_middle\"><w:name w:val=\"表格居中\"/>"
        "<w:basedOn w:val=\"table\"/><w:uiPriority w:val=\"30\"/><w:pPr><w:jc w:val=\"center\"/></w:pPr></w:style>\n"
        "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"blank\"><w:name w:val=\"空行\"/>"
        "<w:basedOn w:val=\"plain\"/><w:next w:val=\"body\"/><w:uiPriority w:val=\"30\"/></w:style>\n"
        "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"end\"><w:name w:val=\"文末\"/>"
        "<w:basedOn w:val=\"plain\"/><w:uiPriority w:val=\"30\"/><w:pPr><w:snapToGrid w:val=\"0\"/>"
        "<w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:style>\n");
    for (int i = 0; i < docx->rule_count; i++) {
        const struct docx_rule *rule = &docx->rules[i];
        int um = rule->height * 25400 / 1440;
        buf_addf(
            out,
            "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"rule_%02d\"><w:name "
            "w:val=\"%s线 %d.%02d 毫米\"/><w:basedOn w:val=\"plain\"/><w:next w:val=\"body\"/>"
            "<w:uiPriority w:val=\"30\"/><w:pPr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"%s\"/>"
            "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"%d\" w:lineRule=\"exact\"/></w:pPr></w:style>\n",
            i, rule->color == PAPER_RED ? "红" : "黑", um / 1000, um % 1000 / 10, color_of(rule->color),
            rule->height);
    }
}

void docx_styles(const struct docx *docx, struct buf *out) {
    int size = half_points(docx->paper->styles[PAPER_BODY].size);
    buf_adds(out, DOCX_HEAD "<w:styles xmlns:w=\"" DOCX_W "\"><w:docDefaults><w:rPrDefault><w:rPr>");
    add_fonts(docx, out, docx->paper->styles[PAPER_BODY].font);
    buf_addf(
        out,
        "<w:kern w:val=\"0\"/><w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/><w:lang w:val=\"en-US\" "
        "w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>\n",
        size, size);
    for (enum paper_style_id id = 0; id < PAPER_STYLE_END; id++)
        add_style(docx, out, id);
    add_own_styles(out);
    add_further_styles(docx, out);
    buf_adds(out, "</w:styles>\n");
}

/* The families that may stand for the first, for machines that lack it: ECMA-376, 17.8.3.1. */
void docx_fonts(const struct docx *docx, struct buf *out) {
    buf_adds(out, DOCX_HEAD "<w:fonts xmlns:w=\"" DOCX_W "\">");
    for (enum font_role role = 0; role < FONT_ROLE_END; role++) {
        const char *const *families = docx->paper->families[role];
        if (families == NULL || families[0] == NULL) families = font_role_defaults(role);
        bool named = false;
        for (enum font_role before = 0; before < role; before++)
            named = named || strcmp(family_of(docx->paper, before), families[0]) == 0;
        if (named) continue;
        buf_adds(out, "\n<w:font w:name=\"");
        docx_escape(out, families[0], strlen(families[0]));
        buf_adds(out, "\">");
        for (size_t i = 1; families[i] != NULL; i++) {
            buf_adds(out, i == 1 ? "<w:altName w:val=\"" : ",");
            docx_escape(out, families[i], strlen(families[i]));
        }
        buf_adds(out, families[1] != NULL ? "\"/>" : "");
        buf_addf(out,
                 "<w:charset w:val=\"86\"/><w:family w:val=\"%s\"/><w:pitch w:val=\"default\"/></w:font>",
                 role == FONT_HEITI ? "swiss" : "roman");
    }
    buf_adds(out, "\n</w:fonts>\n");
}
