-- Providers that give an e-mail address to anybody: it says nothing about where somebody works.
insert into pathfinder.shared_domains (domain, kind)
select domain, 'provider'
from regexp_split_to_table(btrim('
    012.net.il 10minutemail.com 126.com 139.com 163.com 189.cn 1und1.de 21cn.com abv.bg aim.com alice.it
    aliceadsl.fr aliyun.com anonaddy.me aol.com aon.at arcor.de arnet.com.ar att.net azet.sk bbox.fr bell.net
    bellsouth.net bezeqint.net biglobe.ne.jp bigmir.net bigpond.com bigpond.net.au bk.ru bluewin.ch blueyonder.co.uk
    bol.com.br broadpark.no btinternet.com btopenworld.com centrum.cz centrum.sk centurylink.net charter.net
    chello.at citromail.hu ciudad.com.ar clix.pt comcast.net comhem.se cox.net daum.net dir.bg disroot.org
    docomo.ne.jp duck.com earthlink.net eircom.net email.com email.cz emirates.net.ae excite.com ezweb.ne.jp
    fastmail.com fastmail.fm fibertel.com.ar forthnet.gr foxmail.com free.fr freemail.hu freenet.de frontier.com
    gazeta.pl globo.com globomail.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net gmx.us googlemail.com
    guerrillamail.com hanmail.net hetnet.nl hey.com hinet.net hispeed.ch hol.gr home.nl hotmail.ca hotmail.co.uk
    hotmail.com hotmail.com.ar hotmail.com.br hotmail.com.tr hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl
    hotmail.se hushmail.com i.softbank.jp i.ua icloud.com ig.com.br iinet.net.au in.com inbox.com inbox.ru
    indiatimes.com inet.hr interia.pl internet.ru iol.pt jubii.dk juno.com kakao.com kolumbus.fi kpnmail.nl
    laposte.net lenta.ru libero.it list.ru live.ca live.co.uk live.com live.com.au live.com.mx live.de live.dk
    live.fr live.it live.nl live.no live.se luukku.com lycos.com mac.com mail.bg mail.com mail.dk mail.kz mail.pt
    mail.ru mailbox.org mailinator.com maktoob.com me.com meta.ua msn.com mweb.co.za mynet.com nate.com naver.com
    net.hr netcabo.pt netvision.net.il netzero.net neuf.fr nifty.com ntlworld.com numericable.fr o2.co.uk o2.pl
    ocn.ne.jp oi.com.br onet.pl online.de online.no op.pl optonline.net optusnet.com.au orange.fr otenet.gr
    outlook.com outlook.com.br outlook.de outlook.es outlook.fr outlook.it outlook.jp pacific.net.sg passport.com
    pchome.com.tw planet.nl pm.me poczta.onet.pl post.cz posteo.de posteo.net privaterelay.appleid.com
    prodigy.net.mx proton.me protonmail.ch protonmail.com proximus.be qq.com r7.com rambler.ru rediff.com
    rediffmail.com relay.firefox.com riseup.net roadrunner.com rocketmail.com rogers.com rr.com runbox.com sapo.pt
    sbcglobal.net seznam.cz sfr.fr sharklasers.com shaw.ca sify.com simplelogin.com sina.cn sina.com singnet.com.sg
    siol.net sky.com skynet.be so-net.ne.jp softbank.ne.jp sohu.com speedy.com.ar spray.se sympatico.ca t-online.de
    t-online.hu talktalk.net telefonica.net telenet.be telia.com telia.se telkomsa.net telus.net temp-mail.org
    terra.com terra.com.br terra.es tin.it tiscali.co.uk tiscali.it tlen.pl tom.com tut.by tuta.com tuta.io
    tutanota.com tutanota.de ukr.net uol.com.br upcmail.nl usa.com verizon.net videotron.ca vip.163.com vip.qq.com
    virgilio.it virginmedia.com vodafone.de vodamail.co.za volny.cz walla.co.il walla.com wanadoo.fr web.de
    webmail.co.za windstream.net wp.pl xs4all.nl xtra.co.nz ya.com ya.ru yahoo.ca yahoo.co.id yahoo.co.in
    yahoo.co.jp yahoo.co.kr yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.hk yahoo.com.mx
    yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.de yahoo.es yahoo.fr yahoo.gr yahoo.ie
    yahoo.in yahoo.it yahoo.ro yahoo.se yandex.com yandex.ru yeah.net ymail.com yopmail.com ziggo.nl zipmail.com.br
    zoho.com zohomail.com zoznam.sk
', E' \n'), '\s+') as domain;

-- Endings under which anybody may register a domain.
insert into pathfinder.shared_domains (domain, kind)
select domain, 'ending'
from regexp_split_to_table(btrim('
    ac.ae ac.at ac.be ac.cn ac.cr ac.cy ac.id ac.il ac.in ac.jp ac.ke ac.kr ac.ma ac.nz ac.rs ac.th ac.tz ac.ug
    ac.uk ac.za ac.zw ad.jp asn.au asso.fr av.tr bel.tr br.com cn.com co.ae co.at co.cr co.hu co.id co.il co.in
    co.jp co.ke co.kr co.ma co.nz co.om co.rs co.th co.tz co.ug co.uk co.ve co.za co.zw com.ar com.au com.bd com.bh
    com.bo com.br com.cn com.co com.cy com.ec com.eg com.es com.fr com.gh com.gr com.gt com.hk com.hr com.jo com.kw
    com.lb com.lk com.mt com.mx com.my com.ng com.np com.om com.pe com.ph com.pk com.pl com.pt com.py com.qa com.ro
    com.ru com.sa com.sg com.tn com.tr com.tw com.ua com.uy com.ve com.vn de.com ed.jp edu.ar edu.au edu.bd edu.bh
    edu.bo edu.br edu.cn edu.co edu.ec edu.eg edu.es edu.gh edu.gr edu.gt edu.hk edu.in edu.it edu.jo edu.kw edu.lb
    edu.lk edu.mt edu.mx edu.my edu.ng edu.np edu.om edu.pe edu.ph edu.pk edu.pl edu.pt edu.py edu.qa edu.rs edu.sa
    edu.sg edu.tr edu.tw edu.ua edu.uy edu.vn edu.za eu.com eu.org firm.in gb.com gb.net geek.nz gen.in gen.nz
    gen.tr go.cr go.id go.jp go.ke go.kr go.th go.tz go.ug gob.ar gob.bo gob.ec gob.es gob.gt gob.mx gob.pe gouv.fr
    gov.ae gov.au gov.bd gov.bh gov.br gov.cn gov.co gov.cy gov.eg gov.gh gov.gr gov.hk gov.il gov.in gov.it gov.jo
    gov.kw gov.lb gov.lk gov.ma gov.mt gov.my gov.ng gov.np gov.om gov.ph gov.pk gov.pl gov.pt gov.py gov.qa gov.rs
    gov.sa gov.sg gov.tn gov.tr gov.tw gov.ua gov.uk gov.vn gov.za gov.zw govt.nz gr.jp gub.uy gv.at id.au idv.hk
    idv.tw in.th in.ua ind.br ind.in jp.net jpn.com k12.tr lg.jp ltd.uk maori.nz me.uk msk.ru ne.jp ne.kr net.ae
    net.ar net.au net.bd net.br net.cn net.co net.cy net.gr net.hk net.il net.in net.ma net.mx net.my net.ng net.nz
    net.pe net.ph net.pk net.pl net.sa net.sg net.tr net.tw net.ua net.uk net.uy net.ve net.vn net.za nhs.uk nic.in
    nom.es or.at or.id or.jp or.ke or.kr or.th or.tz or.ug org.ae org.ar org.au org.bd org.br org.cn org.co org.es
    org.gr org.hk org.il org.in org.lk org.mx org.my org.ng org.np org.nz org.pe org.ph org.pk org.pl org.pt org.ro
    org.rs org.sa org.sg org.tr org.tw org.ua org.uk org.uy org.ve org.vn org.za per.sg plc.uk re.kr res.in ru.com
    sa.com sch.uk school.nz se.net spb.ru uk.com uk.net us.com us.org web.id web.tr web.za za.com
', E' \n'), '\s+') as domain;
