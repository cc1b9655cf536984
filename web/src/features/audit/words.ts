/* Acts and subjects of the audit log in the office's words. An act not named here is shown by its code. */
const ACTS: Record<string, string> = {
  'office.init': '初始化', 'account.add': '建立账号', 'account.save': '修改账号', 'account.disable': '停用账号', 'account.enable': '启用账号',
  'account.link': '生成登录链接', 'account.redeem': '用链接首次登录', 'account.role': '授予角色', 'account.grant': '授予角色', 'account.revoke': '收回角色',
  'profile.save': '修改个人信息', 'password.change': '修改密码', 'password.refuse': '修改密码被拒', 'session.open': '登录', 'session.refuse': '登录失败',
  'session.end': '退出登录', 'session.end_all': '全部退出登录', 'unit.add': '添加单位', 'unit.save': '修改单位', 'role.add': '添加角色', 'role.save': '修改角色权限',
  'setting.save': '修改设置', 'category.add': '添加类别', 'category.save': '修改类别', 'reason.add': '添加理由', 'reason.save': '修改理由', 'gate.save': '修改五关要点',
  'criterion.save': '修改评分标准', 'publication.save': '修改刊物与审签',
  'report.create': '起草来稿', 'report.save': '修改来稿', 'report.delete': '删除草稿', 'report.submit': '报送来稿', 'report.withdraw': '撤回来稿',
  'report.unit_sign': '单位审签同意', 'report.unit_return': '单位审签退回', 'report.on_behalf': '代录来稿', 'report.open': '开始审核', 'report.assign': '指派审核人',
  'report.gate': '判定关口', 'report.grade': '评分', 'report.return': '退回补充', 'report.keep': '留存', 'report.redirect': '转其他渠道', 'report.reopen': '重新审核',
  'report.submit_unit': '送单位审签', 'report.adopt': '采用', 'report.unadopt': '撤销采用', 'report.merge': '并入另一件', 'report.unmerge': '撤销并入', 'report.publish': '来稿刊发', 'report.unpublish': '来稿撤销刊发',
  'report.close': '来稿办结', 'report.reopen_outcome': '来稿重新办理', 'attachment.add': '上传附件', 'attachment.delete': '删除附件', 'lease.force': '接手他人正在处理的件',
  'article.create': '建立稿件', 'article.save': '编辑稿件', 'article.gate': '判定稿件关口', 'article.send': '送审', 'article.recall': '撤回送审', 'article.sign': '审签', 'article.signoff_edit': '审签时修改', 'article.sign_last': '签发', 'article.void': '随刊物作废',
  'article.return': '审签退回', 'article.withdraw': '撤销稿件', 'delegation.add': '委托审签', 'delegation.end': '结束委托',
  'issue.create': '签发成期', 'issue.recipients': '改报送范围', 'issue.void': '作废', 'issue.send': '发出', 'recipient.add': '添加主送对象', 'recipient.save': '修改主送对象',
  'dispatch.send': '发出转送', 'dispatch.receive': '签收', 'dispatch.answer': '答复', 'dispatch.close': '办结', 'dispatch.reopen': '重新办理', 'dispatch.void': '转送作废', 'rating.save': '评价办理',
  'instruction.add': '登记批示', 'instruction.save': '修改批示',
  'paper_template.add': '新建版式', 'paper_template.save': '修改版式', 'paper_template.delete': '删除版式草稿', 'paper_template.activate': '启用版式',
  'paper_template.retire': '停用版式', 'paper.render': '文书出件', 'paper_batch.create': '批量导出文书', 'paper_batch.finish': '批量导出生成',
  'paper_batch.fail': '批量导出没有完成', 'paper_batch.cancel': '取消批量导出', 'paper_batch.fetch': '下载批量导出', 'paper_batch.delete': '删除批量导出',
  'paper_batch.expire': '批量导出到期删除', 'scan.add': '上传扫描件', 'scan.file': '归入扫描件', 'scan.delete': '删除扫描件', 'scan.expire': '扫描件到期删除',
};
export const SUBJECTS: Record<string, string> = {
  account: '账号', unit: '单位', role: '角色', setting: '设置', category: '类别', reason: '理由', gate: '关口', criterion: '评分项', publication: '刊物',
  report: '来稿', article: '稿件', issue: '期', dispatch: '转送件', instruction: '批示', recipient: '主送对象', delegation: '委托',
  paper_template: '版式', paper_batch: '批量导出', scan: '扫描件',
};
export const actName = (act: string) => ACTS[act] ?? act;
export const subjectName = (kind: string) => SUBJECTS[kind] ?? kind;

const PREFIXES: Record<string, string> = {
  session: '登录', password: '密码', account: '账号', profile: '个人信息', role: '角色', unit: '单位', setting: '设置', category: '类别与标准', report: '来稿',
  article: '稿件与审签', issue: '刊物', dispatch: '办理', instruction: '批示', paper_template: '版式', paper: '文书',
};
const TOGETHER: Record<string, string> = {
  reason: 'category', gate: 'category', criterion: 'category', publication: 'category', attachment: 'report', lease: 'report', delegation: 'article',
  recipient: 'issue', rating: 'dispatch', office: 'unit', scan: 'paper', paper_batch: 'paper',
};
/** Acts known here in groups, for the filter. */
export function actGroups(): { name: string; acts: { code: string; name: string }[] }[] {
  const groups = new Map<string, { code: string; name: string }[]>();
  for (const [code, name] of Object.entries(ACTS)) {
    const prefix = code.split('.')[0] ?? '';
    const key = PREFIXES[TOGETHER[prefix] ?? prefix] ?? '其他';
    groups.set(key, [...(groups.get(key) ?? []), { code, name }]);
  }
  return [...groups].map(([name, acts]) => ({ name, acts }));
}
