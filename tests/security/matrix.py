"""Who may do what with what: one line for every route of the product, and the answer that each caller gets.

A route that has no line here fails the build, and so does a line whose route has gone.

The columns, in groups: nobody | P1 P2 | S-else S-own | O-else O-own O-part | admin token.
P1 takes part for a commune of S-own's district, P2 for one of S-else's. O-own runs the contest; O-part, an organizer of
S-else's district, runs nothing in it; O-else is of another province. The token is a bearer token of O-own's.

+  let in; perhaps told why not now, or what is wrong with what was sent
-  there is no such thing: 404, word for word as for what never was
?  not known: 401, or sent to sign in
x  forbidden: takes no part in the contest; or, on pages, which know no bearer tokens, without the token of a form

own    the contest of O-own, P1 and P1's open paper, an area of S-own's, a bank of O-own's
done   P1's submitted paper
draft  a contest of O-own's that is not launched: a list of who may enter, a round marked by hand
other  the contest of O-own, but a person, a paper, a ruling, a prize, a request, a login of the other province's;
       of banks, theirs
shared a bank without an owner, which every organizer reads
"""

from collections.abc import Iterator

MATRIX = """
GET    /                                                                                          own +|++|++|+++|++
GET    /api/v1/areas                                                                              own +|++|++|+++|++
GET    /api/v1/attempts/<attempt_id>                                         own ?|+-|--|---|-?  done ?|+-|--|---|-?
PUT    /api/v1/attempts/<attempt_id>/answers                                 own ?|+-|--|---|-?  done ?|+-|--|---|-?
GET    /api/v1/attempts/<attempt_id>/receipt                                 own ?|--|--|---|-?  done ?|+-|--|---|-?
POST   /api/v1/attempts/<attempt_id>/submission                              own ?|+-|--|---|-?  done ?|+-|--|---|-?
PUT    /api/v1/banks/<slug>                           own ?|??|--|+++|++  other ?|??|--|+++|++  shared ?|??|--|+++|++
GET    /api/v1/contests                                                                           own +|++|++|+++|++
GET    /api/v1/contests/<slug>                                              own +|++|++|+++|++  draft -|--|--|-+-|++
PUT    /api/v1/contests/<slug>                                              own ?|??|--|-+-|++  draft ?|??|--|-+-|++
POST   /api/v1/contests/<slug>/entries                                      own +|++|++|+++|++  draft -|--|--|---|--
GET    /api/v1/contests/<slug>/exports/<table>.<ext>                        own ?|??|++|-++|++  draft ?|??|--|-+-|++
GET    /api/v1/contests/<slug>/exports/key.json                             own -|--|--|-+-|++  draft -|--|--|---|--
GET    /api/v1/contests/<slug>/exports/ranking.csv                          own -|--|--|---|--  draft -|--|--|---|--
GET    /api/v1/contests/<slug>/exports/raw.jsonl                            own -|--|--|-+-|++  draft -|--|--|---|--
GET    /api/v1/contests/<slug>/exports/records.zip                          own -|--|--|-+-|++  draft -|--|--|---|--
GET    /api/v1/contests/<slug>/exports/rules.json                           own +|++|++|+++|++  draft -|--|--|---|--
POST   /api/v1/contests/<slug>/launch                                       own ?|??|--|-+-|++  draft ?|??|--|-+-|++
POST   /api/v1/contests/<slug>/publish                                      own ?|??|--|-+-|++  draft ?|??|--|-+-|++
GET    /api/v1/contests/<slug>/results/areas                                own -|--|++|-++|++  draft -|--|--|-+-|++
POST   /api/v1/contests/<slug>/rounds/<key>/attempts                        own ?|++|xx|xxx|x?  draft ?|--|--|---|-?
POST   /api/v1/contests/<slug>/rounds/<key>/close                           own ?|??|--|-+-|++  draft ?|??|--|-+-|++
POST   /api/v1/contests/<slug>/rounds/<key>/extend                          own ?|??|--|-+-|++  draft ?|??|--|-+-|++
POST   /api/v1/contests/<slug>/rounds/<key>/finalize                        own ?|??|--|-+-|++  draft ?|??|--|-+-|++
GET    /api/v1/contests/<slug>/rounds/<key>/leaderboard                     own +|++|++|+++|++  draft -|--|--|---|--
GET    /api/v1/contests/<slug>/rounds/<key>/time                            own +|++|++|+++|++  draft -|--|--|---|--
GET    /api/v1/docs                                                                               own +|++|++|+++|++
GET    /api/v1/openapi.json                                                                       own +|++|++|+++|++
GET    /api/v1/receipts/<code>                                                                    own +|++|++|+++|++
DELETE /api/v1/session                                                                            own +|++|++|+++|++
GET    /api/v1/session                                                                            own +|++|++|+++|++
POST   /api/v1/session                                                                            own +|++|++|+++|++
GET    /bai-thi/<attempt_id>                                                 own ?|+-|--|---|-?  done ?|+-|--|---|-?
POST   /bai-thi/<attempt_id>                                                 own ?|+-|--|---|-x  done ?|+-|--|---|-x
GET    /bai-thi/<attempt_id>/bien-nhan                                       own ?|--|--|---|-?  done ?|+-|--|---|-?
GET    /bai-thi/<attempt_id>/bien-nhan.json                                  own ?|--|--|---|-?  done ?|+-|--|---|-?
GET    /bai-thi/<attempt_id>/da-nop                                          own ?|+-|--|---|-?  done ?|+-|--|---|-?
POST   /bai-thi/<attempt_id>/nop-bai                                         own ?|+-|--|---|-x  done ?|+-|--|---|-x
GET    /bai-thi/<attempt_id>/xem-lai                                         own ?|+-|--|---|-?  done ?|+-|--|---|-?
GET    /bai-thi/service-worker.js                                                                 own +|++|++|+++|++
GET    /bien-nhan                                                                                 own +|++|++|+++|++
GET    /bien-nhan/<code>                                                                          own +|++|++|+++|++
GET    /cuoc-thi/<slug>                                                     own +|++|++|+++|++  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/<round_key>/bang-xep-hang                           own +|++|++|+++|++  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/<round_key>/bang-xep-hang/dong                      own +|++|++|+++|++  draft -|--|--|---|--
POST   /cuoc-thi/<slug>/<round_key>/bat-dau                                 own ?|++|??|???|?x  draft ?|--|--|---|-x
GET    /cuoc-thi/<slug>/<round_key>/bien-nhan                               own -|--|--|---|--  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/<round_key>/bien-nhan.csv                           own -|--|--|---|--  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/<round_key>/cau-hoi                                 own -|--|--|---|--  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/<round_key>/ket-qua                                 own +|++|++|+++|++  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/<round_key>/thu-hang-cua-toi                        own +|++|++|+++|++  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/dang-ky                                             own +|++|++|+++|++  draft -|--|--|---|--
POST   /cuoc-thi/<slug>/dang-ky                                             own +|++|++|+++|+x  draft -|--|--|---|-x
GET    /cuoc-thi/<slug>/du-lieu-cua-toi                                     own ?|++|--|---|-?  draft ?|--|--|---|-?
POST   /cuoc-thi/<slug>/du-lieu-cua-toi/neu-ten                             own ?|++|--|---|-x  draft ?|--|--|---|-x
POST   /cuoc-thi/<slug>/du-lieu-cua-toi/sua                                 own ?|++|--|---|-x  draft ?|--|--|---|-x
GET    /cuoc-thi/<slug>/du-lieu-cua-toi/tai-ve                              own ?|++|--|---|-?  draft ?|--|--|---|-?
POST   /cuoc-thi/<slug>/du-lieu-cua-toi/xin-sua                             own ?|++|--|---|-x  draft ?|--|--|---|-x
POST   /cuoc-thi/<slug>/du-lieu-cua-toi/xin-xoa                             own ?|++|--|---|-x  draft ?|--|--|---|-x
GET    /cuoc-thi/<slug>/giai-thuong                                         own +|++|++|+++|++  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/ket-qua                                             own +|++|++|+++|++  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/ket-qua/tap-the                                     own +|++|++|+++|++  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/kiem-chung                                          own +|++|++|+++|++  draft -|--|--|---|--
GET    /cuoc-thi/<slug>/ma-du-thi                                           own ?|++|++|+++|+?  draft ?|--|--|---|-?
GET    /cuoc-thi/<slug>/tiep-tuc                                            own +|++|++|+++|++  draft -|--|--|---|--
POST   /cuoc-thi/<slug>/tiep-tuc                                            own +|++|++|+++|+x  draft -|--|--|---|-x
GET    /cuoc-thi/<slug>/yeu-cau-du-lieu/<code>        own +|++|++|+++|++  draft -|--|--|---|--  other -|--|--|---|--
GET    /don-vi/                                                                                   own ?|??|++|+++|+?
GET    /don-vi/<slug>                                                       own ?|??|++|-++|+?  draft ?|??|--|-+-|+?
GET    /don-vi/<slug>/chi-tieu                                              own ?|??|++|-++|+?  draft ?|??|--|-+-|+?
POST   /don-vi/<slug>/chi-tieu                                              own ?|??|++|-++|+x  draft ?|??|--|-+-|+x
GET    /don-vi/<slug>/in                                                    own ?|??|++|-++|+?  draft ?|??|--|-+-|+?
GET    /don-vi/<slug>/nguoi-du-thi                                          own ?|??|++|-++|+?  draft ?|??|--|-+-|+?
POST   /don-vi/<slug>/nguoi-du-thi                                          own ?|??|++|-++|+x  draft ?|??|--|-+-|+x
GET    /don-vi/<slug>/tai/<table>.<any(csv,xlsx):ext>                       own ?|??|++|-++|+?  draft ?|??|--|-+-|+?
GET    /don-vi/danh-muc/<tree_slug>/<code>                                                        own ?|??|-+|-+-|+?
POST   /don-vi/danh-muc/<tree_slug>/<code>                                                        own ?|??|-+|-+-|+x
POST   /don-vi/danh-muc/<tree_slug>/<code>/ngung-dung                                             own ?|??|-+|-+-|+x
GET    /don-vi/danh-muc/<tree_slug>/<code>/sua                                                    own ?|??|-+|-+-|+?
POST   /don-vi/danh-muc/<tree_slug>/<code>/sua                                                    own ?|??|-+|-+-|+x
GET    /don-vi/danh-muc/don-vi-co-so                                                              own ?|??|++|+++|+?
GET    /healthz                                                                                   own +|++|++|+++|++
GET    /hinh/<digest>-<seal>.<any(jpeg,png,webp):kind>                                            own -|--|--|---|--
POST   /ngon-ngu/<any(en,vi):locale>                                                              own +|++|++|+++|+x
GET    /quyen-rieng-tu                                                                            own +|++|++|+++|++
GET    /quyen-rieng-tu/<version>                                                                  own +|++|++|+++|++
GET    /readyz                                                                                    own +|++|++|+++|++
GET    /static/<path:filename>                                                                      own -|--|--|---|--
GET    /tai-khoan                                                                                 own ?|??|++|+++|+?
GET    /tai-khoan/dang-nhap                                                                       own +|++|++|+++|++
POST   /tai-khoan/dang-nhap                                                                       own +|++|++|+++|+x
POST   /tai-khoan/dang-xuat                                                                       own +|++|++|+++|+x
GET    /tai-khoan/dat-mat-khau                                                                    own -|--|--|---|--
POST   /tai-khoan/dat-mat-khau                                                                    own -|--|--|---|-x
GET    /tai-khoan/doi-mat-khau                                                                    own ?|??|++|+++|+?
POST   /tai-khoan/doi-mat-khau                                                                    own ?|??|++|+++|+x
GET    /tai-khoan/hai-lop                                                                         own ?|??|++|+++|+?
POST   /tai-khoan/hai-lop/bat-dau                                                                 own ?|??|++|+++|+x
POST   /tai-khoan/hai-lop/doi-dien-thoai                                                          own ?|??|++|+++|+x
POST   /tai-khoan/hai-lop/ma-khoi-phuc                                                            own ?|??|++|+++|+x
POST   /tai-khoan/hai-lop/tat                                                                     own ?|??|++|+++|+x
GET    /tai-khoan/hai-lop/xac-nhan                                                                own ?|??|++|+++|+?
POST   /tai-khoan/hai-lop/xac-nhan                                                                own ?|??|++|+++|+x
GET    /tai-khoan/ma-xac-thuc                                                                     own +|++|++|+++|++
POST   /tai-khoan/ma-xac-thuc                                                                     own +|++|++|+++|+x
GET    /tai-khoan/phien-dang-nhap                                                                 own ?|??|++|+++|+?
POST   /tai-khoan/phien-dang-nhap/<int:number>/cham-dut                                           own ?|??|++|+++|+x
POST   /tai-khoan/phien-dang-nhap/cham-dut                                                        own ?|??|++|+++|+x
GET    /tai-khoan/quen-mat-khau                                                                   own +|++|++|+++|++
POST   /tai-khoan/quen-mat-khau                                                                   own +|++|++|+++|+x
POST   /tai-khoan/thoat-khoi-may                                                                  own +|++|++|+++|+x
GET    /tai-khoan/xac-nhan                                                                        own ?|??|++|+++|+?
POST   /tai-khoan/xac-nhan                                                                        own ?|??|??|???|?x
GET    /to-chuc/                                                                                  own ?|??|--|+++|+?
GET    /to-chuc/<slug>                                                      own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/cong-bo                                              own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/danh-sach                                            own ?|??|--|---|-?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/danh-sach                                            own ?|??|--|---|-x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/giai-thuong                                          own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
GET    /to-chuc/<slug>/giai-thuong/bien-ban                                 own ?|??|--|-+-|+?  draft ?|??|--|---|-?
GET    /to-chuc/<slug>/giai-thuong/boc-tham/<ranking>/<int:number>          own ?|??|--|-+-|+?  draft ?|??|--|---|-?
POST   /to-chuc/<slug>/giai-thuong/boc-tham/<ranking>/<int:number>          own ?|??|--|-+-|+x  draft ?|??|--|---|-x
POST   /to-chuc/<slug>/giai-thuong/cong-bo                                  own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/giai-thuong/khong-trao/<person>
         own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/giai-thuong/khong-trao/<person>
         own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/<slug>/giai-thuong/rut/<int:number>   own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/giai-thuong/rut/<int:number>   own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/<slug>/giai-thuong/trao-lai/<int:number>
         own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/giai-thuong/trao-lai/<int:number>
         own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/<slug>/giai-thuong/trao/<ranking>/<int:number>              own ?|??|--|-+-|+?  draft ?|??|--|---|-?
POST   /to-chuc/<slug>/giai-thuong/trao/<ranking>/<int:number>              own ?|??|--|-+-|+x  draft ?|??|--|---|-x
POST   /to-chuc/<slug>/khoi-dong                                            own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/luot-thi/<paper>/den-muon      own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/luot-thi/<paper>/den-muon      own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/<slug>/luot-thi/<paper>/them-gio      own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/luot-thi/<paper>/them-gio      own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/<slug>/nguoi-du-thi                                         own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/nguoi-du-thi                                         own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/nguoi-du-thi/<person>          own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
GET    /to-chuc/<slug>/nguoi-du-thi/<person>/cong-nhan-lai
         own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/nguoi-du-thi/<person>/cong-nhan-lai
         own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/<slug>/nguoi-du-thi/<person>/khong-cong-nhan
         own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/nguoi-du-thi/<person>/khong-cong-nhan
         own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/<slug>/nguoi-du-thi/<person>/lien-he  own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/nguoi-du-thi/<person>/lien-he  own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/<slug>/nhat-ky                                              own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
GET    /to-chuc/<slug>/nhat-ky.csv                                          own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
GET    /to-chuc/<slug>/quy-mo                                               own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/quy-mo                                               own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/quy-mo.csv                                           own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/quy-mo/mot-don-vi                                    own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/sua                                                  own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/sua                                                  own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/sua-doi                                              own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/sua-doi                                              own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/tap-the                                              own ?|??|--|-+-|+?  draft ?|??|--|---|-?
GET    /to-chuc/<slug>/tep.yaml                                             own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
GET    /to-chuc/<slug>/vong/<key>                                           own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
GET    /to-chuc/<slug>/vong/<key>/<any('cong-bo','duyet','lui-lai','thay-the'):step>
         own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/vong/<key>/<any('cong-bo','duyet','lui-lai','thay-the'):step>
         own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/vong/<key>/cau-hoi                                   own ?|??|--|-+-|+?  draft ?|??|--|---|-?
GET    /to-chuc/<slug>/vong/<key>/cau-hoi/xu-ly                             own ?|??|--|---|-?  draft ?|??|--|---|-?
POST   /to-chuc/<slug>/vong/<key>/cau-hoi/xu-ly                             own ?|??|--|---|-x  draft ?|??|--|---|-x
GET    /to-chuc/<slug>/vong/<key>/den-muon                                  own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
GET    /to-chuc/<slug>/vong/<key>/diem                                      own ?|??|--|---|-?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/vong/<key>/diem                                      own ?|??|--|---|-x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/vong/<key>/diem.csv                                  own ?|??|--|---|-?  draft ?|??|--|-+-|+?
GET    /to-chuc/<slug>/vong/<key>/dong                                      own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/vong/<key>/dong                                      own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/vong/<key>/gia-han                                   own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
POST   /to-chuc/<slug>/vong/<key>/gia-han                                   own ?|??|--|-+-|+x  draft ?|??|--|-+-|+x
GET    /to-chuc/<slug>/vong/<key>/quyet-dinh/<int:regrade_id>
         own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/vong/<key>/quyet-dinh/<int:regrade_id>/ap-dung
         own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
POST   /to-chuc/<slug>/vong/<key>/quyet-dinh/<int:regrade_id>/huy
         own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
POST   /to-chuc/<slug>/vong/<key>/quyet-dinh/<int:regrade_id>/tinh-tiep
         own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/<slug>/yeu-cau-du-lieu                                      own ?|??|--|-+-|+?  draft ?|??|--|-+-|+?
GET    /to-chuc/<slug>/yeu-cau-du-lieu/<code>         own ?|??|--|-+-|+?  draft ?|??|--|---|-?  other ?|??|--|---|-?
POST   /to-chuc/<slug>/yeu-cau-du-lieu/<code>         own ?|??|--|-+-|+x  draft ?|??|--|---|-x  other ?|??|--|---|-x
GET    /to-chuc/cuoc-thi/tao-moi                                                                  own ?|??|--|+++|+?
POST   /to-chuc/cuoc-thi/tao-moi                                                                  own ?|??|--|+++|+x
GET    /to-chuc/ngan-hang/cau-hoi                                                                 own ?|??|--|+++|+?
GET    /to-chuc/ngan-hang/cau-hoi/<slug>             own ?|??|--|-+-|+?  other ?|??|--|+--|+?  shared ?|??|--|+++|+?
GET    /to-chuc/ngan-hang/cau-hoi/<slug>/bank.yaml   own ?|??|--|-+-|+?  other ?|??|--|+--|+?  shared ?|??|--|+++|+?
GET    /to-chuc/ngan-hang/nhap                                                                    own ?|??|--|+++|+?
POST   /to-chuc/ngan-hang/nhap                                                                    own ?|??|--|+++|+x
GET    /to-chuc/nhat-ky-he-thong                                                                  own ?|??|--|---|+?
GET    /to-chuc/nhat-ky-he-thong.csv                                                              own ?|??|--|---|+?
GET    /to-chuc/tai-khoan/can-bo                                                                  own ?|??|--|+++|+?
POST   /to-chuc/tai-khoan/can-bo                                                                  own ?|??|--|+++|+x
GET    /to-chuc/tai-khoan/can-bo/<login>                                    own ?|??|--|-+-|+?  other ?|??|--|---|+?
POST   /to-chuc/tai-khoan/can-bo/<login>                                    own ?|??|--|-+-|+x  other ?|??|--|---|+x
POST   /to-chuc/tai-khoan/can-bo/<login>/<any('dang-xuat','khoa','mo-lai','tat-hai-lop'):act>
         own ?|??|--|-+-|+x  other ?|??|--|---|+x
POST   /to-chuc/tai-khoan/can-bo/<login>/duong-dan                          own ?|??|--|-+-|+x  other ?|??|--|---|+x
"""


def lines() -> Iterator[tuple[str, dict[str, str]]]:
    """("METHOD rule", {thing: answers in the order of the columns}) of every route."""
    route, cells = "", {}
    for line in MATRIX.strip().splitlines():
        words = line.split()
        if line[0] != " ":
            if route:
                yield route, cells
            route, cells, words = " ".join(words[:2]), {}, words[2:]
        cells.update({thing: answers.replace("|", "") for thing, answers in zip(words[::2], words[1::2], strict=True)})
    yield route, cells
