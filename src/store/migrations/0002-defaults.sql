-- What a new office starts with: roles, categories, reasons, the five gates, the rubric, settings.
--
-- All of it is data that administrators may change; nothing in the program depends on these rows being as
-- they are here, except the codes of built-in roles (0002 is the only place that names them) and the keys
-- of settings. Publications and their sign-off chains are made with each committee.

-- ---------------------------------------------------------------- roles

INSERT INTO role (code, name, builtin, position) VALUES
  ('officer', '信息员', 1, 1),
  ('unit_liaison', '单位联络员', 1, 2),
  ('unit_signer', '单位审签人', 1, 3),
  ('clerk', '信息处工作人员', 1, 4),
  ('editor', '编辑（审核员）', 1, 5),
  ('section_head', '处长', 1, 6),
  ('secretary_general', '秘书长', 1, 7),
  ('vice_chair', '分管主席', 1, 8),
  ('department_handler', '承办单位经办人', 1, 9),
  ('leader_reader', '领导阅件', 1, 10),
  ('system_admin', '系统管理员', 1, 11),
  ('security_admin', '安全管理员', 1, 12),
  ('audit_admin', '审计管理员', 1, 13);

INSERT INTO role_permission (role_id, permission)
SELECT r.id, p.permission FROM role r JOIN (
  SELECT 'officer' AS code, 'report.write' AS permission
  UNION ALL SELECT 'unit_liaison', 'report.write'
  UNION ALL SELECT 'unit_liaison', 'report.unit_read'
  UNION ALL SELECT 'unit_signer', 'report.unit_read'
  UNION ALL SELECT 'unit_signer', 'report.unit_sign'
  UNION ALL SELECT 'clerk', 'report.read'
  UNION ALL SELECT 'clerk', 'report.review'
  UNION ALL SELECT 'clerk', 'report.on_behalf'
  UNION ALL SELECT 'clerk', 'article.read'
  UNION ALL SELECT 'clerk', 'issue.read'
  UNION ALL SELECT 'clerk', 'dispatch.manage'
  UNION ALL SELECT 'editor', 'report.read'
  UNION ALL SELECT 'editor', 'report.review'
  UNION ALL SELECT 'editor', 'report.grade'
  UNION ALL SELECT 'editor', 'report.decide'
  UNION ALL SELECT 'editor', 'report.on_behalf'
  UNION ALL SELECT 'editor', 'article.read'
  UNION ALL SELECT 'editor', 'article.edit'
  UNION ALL SELECT 'editor', 'issue.read'
  UNION ALL SELECT 'editor', 'issue.manage'
  UNION ALL SELECT 'editor', 'dispatch.manage'
  UNION ALL SELECT 'editor', 'instruction.write'
  UNION ALL SELECT 'section_head', 'report.read'
  UNION ALL SELECT 'section_head', 'report.review'
  UNION ALL SELECT 'section_head', 'report.grade'
  UNION ALL SELECT 'section_head', 'report.decide'
  UNION ALL SELECT 'section_head', 'gate.override'
  UNION ALL SELECT 'section_head', 'article.read'
  UNION ALL SELECT 'section_head', 'article.edit'
  UNION ALL SELECT 'section_head', 'signoff.sign'
  UNION ALL SELECT 'section_head', 'issue.read'
  UNION ALL SELECT 'section_head', 'issue.manage'
  UNION ALL SELECT 'section_head', 'dispatch.manage'
  UNION ALL SELECT 'section_head', 'instruction.write'
  UNION ALL SELECT 'secretary_general', 'report.read'
  UNION ALL SELECT 'secretary_general', 'article.read'
  UNION ALL SELECT 'secretary_general', 'signoff.sign'
  UNION ALL SELECT 'secretary_general', 'issue.read'
  UNION ALL SELECT 'secretary_general', 'instruction.write'
  UNION ALL SELECT 'vice_chair', 'report.read'
  UNION ALL SELECT 'vice_chair', 'article.read'
  UNION ALL SELECT 'vice_chair', 'signoff.sign'
  UNION ALL SELECT 'vice_chair', 'issue.read'
  UNION ALL SELECT 'department_handler', 'dispatch.answer'
  UNION ALL SELECT 'leader_reader', 'issue.read'
  UNION ALL SELECT 'system_admin', 'account.manage'
  UNION ALL SELECT 'system_admin', 'unit.manage'
  UNION ALL SELECT 'system_admin', 'setting.manage'
  UNION ALL SELECT 'security_admin', 'role.manage'
  UNION ALL SELECT 'security_admin', 'session.manage'
  UNION ALL SELECT 'audit_admin', 'audit.read'
) p ON p.code = r.code;

-- ---------------------------------------------------------------- categories

INSERT INTO category (code, name, position) VALUES
  ('economy', '经济发展', 1),
  ('industry', '工业商贸', 2),
  ('agriculture', '农林水利', 3),
  ('urban', '城乡建设', 4),
  ('environment', '资源环境', 5),
  ('education', '教育事业', 6),
  ('health', '医卫体育', 7),
  ('society', '社会事业', 8),
  ('culture', '文化宣传', 9),
  ('law', '法治建设', 10),
  ('technology', '科学技术', 11),
  ('finance', '财税金融', 12),
  ('united', '统战综合', 13),
  ('politics', '政治建设', 14);

-- ---------------------------------------------------------------- reasons

INSERT INTO reason (kind, code, name, text, position) VALUES
  ('return', 'return_facts', '事实不够清楚', '所反映的情况缺少具体的时间、地点、数据或来源，请补充核实后再报。', 1),
  ('return', 'return_analysis', '原因分析不足', '问题提得很好，但原因分析还不够，请结合实际补充分析。', 2),
  ('return', 'return_suggestion', '建议不够具体', '建议还比较原则，请写明由谁来做、做什么、怎样做。', 3),
  ('return', 'return_several_topics', '一稿多事', '来稿涉及几件事。社情民意信息要求一事一报，请拆分或突出其中一件。', 4),
  ('return', 'return_too_long', '篇幅过长', '来稿篇幅较长，请压缩到规定字数以内，突出重点。', 5),
  ('return', 'return_wording', '文字需要修改', '文字、标题或数据表述需要修改，请按意见调整后再报。', 6),
  ('return', 'return_other', '其他', '请按下列意见补充修改后再报：', 9),
  ('keep', 'keep_known', '内容已经反映过', '同类情况近期已经反映或有关部门正在办理，本件留存备用。', 1),
  ('keep', 'keep_not_general', '普遍性不足', '所反映的情况比较个别，暂不编报，留存备用，有新情况时可再次反映。', 2),
  ('keep', 'keep_media', '与已公开报道重复', '主要内容与公开报道重复，缺少自己掌握的新情况，暂不编报。', 3),
  ('keep', 'keep_routine', '属工作动态', '内容以工作动态、经验介绍为主，不属社情民意信息的范围，留存备用。', 4),
  ('keep', 'keep_beyond', '超出本地职权', '所提问题超出本地职权范围，暂不编报，留存备用。', 5),
  ('keep', 'keep_timing', '时机不适合', '目前报送的时机不适合，留存备用，适时再研究编报。', 6),
  ('keep', 'keep_other', '其他', '本件留存备用，原因如下：', 9),
  ('redirect', 'redirect_proposal', '建议改提提案', '来稿内容适合以提案形式提出，建议按提案的要求补充后提交提案部门。', 1),
  ('redirect', 'redirect_petition', '属信访事项', '来稿属信访事项，请通过信访渠道反映，以便依法按程序办理。', 2),
  ('redirect', 'redirect_lawsuit', '属涉法涉诉事项', '来稿属涉法涉诉事项，请依照法律程序向有关机关提出。', 3),
  ('redirect', 'redirect_hotline', '建议拨打政务服务热线', '来稿反映的是需要尽快处理的具体事项，建议通过 12345 政务服务便民热线反映。', 4),
  ('redirect', 'redirect_other', '其他渠道', '来稿适合通过下列渠道反映：', 9),
  ('signoff_return', 'signoff_facts', '事实需要核实', '稿件中的有关情况和数据请再作核实。', 1),
  ('signoff_return', 'signoff_suggestion', '建议需要完善', '建议部分请进一步完善，使其更有针对性、更便于操作。', 2),
  ('signoff_return', 'signoff_wording', '文字需要修改', '文字请再作推敲修改。', 3),
  ('signoff_return', 'signoff_recipients', '刊物或报送范围需要调整', '请调整所用刊物或报送范围后再送审。', 4),
  ('signoff_return', 'signoff_hold', '暂缓编发', '请暂缓编发，视情况再研究。', 5),
  ('signoff_return', 'signoff_other', '其他', '请按下列意见修改后再送审：', 9),
  ('override', 'override_urgent', '情况紧急', '情况紧急，先行报送，所缺内容随后补报。', 1),
  ('override', 'override_leader', '按领导要求办理', '按领导要求先行办理。', 2),
  ('override', 'override_verified', '已通过其他方式核实', '已通过其他方式核实，情况说明如下：', 3),
  ('override', 'override_other', '其他', '越过本关的理由如下：', 9),
  ('unit_return', 'unit_facts', '事实需要核实', '所反映的情况请再作核实后报送。', 1),
  ('unit_return', 'unit_wording', '文字需要修改', '请按意见修改文字后再报本单位审签。', 2),
  ('unit_return', 'unit_not_suitable', '不宜以本单位名义报送', '本件不宜以本单位名义报送，可由本人直接报送。', 3),
  ('unit_return', 'unit_other', '其他', '请按下列意见修改：', 9);

-- ---------------------------------------------------------------- the five gates

INSERT INTO gate (code, name, question, checklist, scope, position) VALUES
  ('politics', '政治关', '是否符合政协职能和法律政策，立场是否正确、态度是否建设性？',
'符合宪法法律和党的路线方针政策
属于政协反映社情民意的范围
不涉及人事安排、信访和涉法涉诉事项
不含国家秘密、工作秘密、商业秘密和个人隐私
态度是建设性的，没有过激的言辞', 'title,situation,analysis,suggestion', 1),
  ('facts', '事实关', '情况是否第一手、是否具体，每项说法是否经得起核实？',
'是第一手情况，或写明了来源
写明了时间、地点和主要数据
每项说法已分清：核实、推断或未核实
引用同一来源的多家报道只算一个来源
数据前后一致，口径清楚', 'situation,analysis', 2),
  ('topic', '选题关', '是否一事一报，是否有普遍性、苗头性或预警价值，是否新？',
'一件只反映一件事
有普遍性、苗头性、倾向性或预警价值
是新问题，或老问题有了新情况
近期没有反映过，也没有得到过答复
适合用社情民意信息反映', 'title,situation', 3),
  ('content', '内容关', '情况、原因、建议是否齐全，建议是否说清谁来做、做什么、能不能做到？',
'情况问题写清楚了
原因分析抓住了关键
建议与问题、原因对得上
建议写明了由谁做、做什么
建议可行，在有关方面的职权之内', 'situation,analysis,suggestion', 4),
  ('wording', '文字关', '篇幅、标题、层次、称谓、数字和标点是否规范，有没有错别字？',
'篇幅符合要求
标题准确简明
层次清楚，语句通顺
机构名称、职务和称谓规范
数字、计量单位和标点符号规范
没有错别字', 'title,situation,analysis,suggestion', 5);

-- ---------------------------------------------------------------- the rubric

INSERT INTO criterion (code, name, hint, weight, position) VALUES
  ('topic', '选题价值', '是否抓住普遍性、苗头性问题，对决策有没有用', 25, 1),
  ('facts', '事实依据', '是否第一手，数据、事例是否具体可核实', 20, 2),
  ('analysis', '分析深度', '是否说清了原因，抓住了关键', 20, 3),
  ('suggestion', '建议可操作性', '是否写明谁来做、做什么，能不能做到', 25, 4),
  ('wording', '文字', '结构、表述、篇幅是否合乎要求', 10, 5);

-- ---------------------------------------------------------------- settings

INSERT INTO setting (key, value, name, kind, minimum, maximum, position) VALUES
  ('office.name', '云江省政协', '本机构名称', 'text', 2, 60, 1),
  ('report.max_words', '1500', '来稿字数上限', 'integer', 200, 20000, 10),
  ('report.title_max', '40', '标题字数上限', 'integer', 10, 100, 11),
  ('report.analysis_required', '0', '必须填写原因分析', 'flag', NULL, NULL, 12),
  ('report.suggestion_required', '1', '必须填写意见建议', 'flag', NULL, NULL, 13),
  ('report.unit_signing', '0', '来稿先经单位审签', 'flag', NULL, NULL, 14),
  ('report.not_accepted',
'抄录网络、报刊已公开的内容
一般性的工作动态和经验介绍
信访、涉法涉诉事项
人事安排和对个人的检举控告
涉及国家秘密、工作秘密、商业秘密或个人隐私的内容
超出本地职权范围、无法办理的事项', '不予受理的内容（每行一条）', 'long_text', 0, 4000, 15),
  ('report.classified_warning', '本系统不得处理涉密信息。请确认所写内容和附件不含国家秘密、工作秘密、商业秘密和个人隐私。', '保密提示', 'long_text', 10, 500, 16),
  ('attachment.max_bytes', '20971520', '单个附件大小上限（字节）', 'integer', 1048576, 104857600, 20),
  ('attachment.max_count', '10', '每件来稿附件个数上限', 'integer', 0, 50, 21),
  ('desk.lease_seconds', '120', '打开编辑时的占用时间（秒）', 'integer', 30, 3600, 30),
  ('desk.first_look_days', '3', '首次审阅期限（工作日）', 'integer', 1, 60, 31),
  ('desk.decision_days', '10', '作出处理决定期限（工作日）', 'integer', 1, 180, 32),
  ('dispatch.answer_days', '90', '承办单位答复期限（天）', 'integer', 1, 365, 33),
  ('grade.excellent', '85', '评为“优”的最低分', 'integer', 1, 100, 40),
  ('grade.good', '70', '评为“良”的最低分', 'integer', 1, 100, 41),
  ('grade.fair', '60', '评为“中”的最低分', 'integer', 1, 100, 42),
  ('session.idle_minutes', '120', '无操作多久后退出登录（分钟）', 'integer', 5, 1440, 50),
  ('session.absolute_hours', '12', '登录最长保持时间（小时）', 'integer', 1, 168, 51),
  ('signin.max_failures', '5', '连续登录失败几次后锁定', 'integer', 3, 20, 52),
  ('signin.lock_minutes', '15', '登录锁定时间（分钟）', 'integer', 1, 1440, 53),
  ('account.link_hours', '72', '首次登录链接有效时间（小时）', 'integer', 1, 720, 54);
