-- Tells what an event's name stands for in other languages than English: of one that is nothing but words for a member,
-- for what happened, and those between them.
-- Returns: departure, registration, profile_update or other.
-- Example: select pathfinder.foreign_event_kind('Benutzer gelöscht');  -- departure
create or replace function pathfinder.foreign_event_kind(event_name text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
    -- German, Dutch, Nordic; French, Spanish, Portuguese, Italian; Polish, Turkish, Russian; Chinese, Japanese, Korean;
    -- Arabic.
    who constant text :=
        '(?:(?:benutzer|nutzer|mitglied|anwender|gebruiker|bruker|bruger|anvandar|medlem|kayttaja|jasen)(?:konto|account|profil)?[a-z]{0,3}'
        '|konto|account|profil[eo]?|profiel|utilisat(?:eur|rice)s?|membres?|comptes?|adherente?s?|usuari[oa]s?|miembros?|socios?|cuentas?'
        '|perfil|membros?|contas?|utent[ei]|membr[io]|soc[io]|uzytkownik[a-z]{0,3}|czlonek|kullanici|uye|hesap'
        '|пользовател[а-я]*|участник[а-я]*|аккаунт[а-я]*|учетн[а-я]* запис[а-я]*|профил[а-я]*'
        '|用户|用戶|会员|會員|成员|成員|账户|账号|帳戶|帳號|個人資料|个人资料|ユーザー?|会員|メンバー|アカウント|プロフィール|사용자|회원|계정|프로필'
        '|المستخدم|مستخدم|عضو|العضو|حساب|الحساب)';
    around constant text :=
        '(?:wurde?n?|wird|ist|het|de|der|die|das|des|du|la|le|les|el|lo|il|o|a|ete|est|fue|foi|e|stato|stata|ha|sido|del|dell|della'
        '|do|da|van|ett?|har|blev|ble|on|zostal[ao]?|был[ао]?|の|が|を|は|から|已|被|了|した|されました|しました|された|되었습니다|됨|تم)';
    ending constant text :=
        '(?:geloe?scht|loe?schung|entfernt|deaktiviert|deaktivierung|gekue?ndigt|ausgetreten|anonymisiert|verwijderd|gedeactiveerd'
        '|borttagen|raderad|avslutad|slettet|poistettu|supprimee?s?|suppression|effacee?|desactivee?|desactivation|anonymisee?'
        '|eliminad[oa]|eliminacion|borrad[oa]|desactivad[oa]|anonimizad[oa]|excluid[oa]|exclusao|removid[oa]|apagad[oa]|desativad[oa]'
        '|eliminat[oa]|eliminazione|cancellat[oa]|cancellazione|rimoss[oa]|disattivat[oa]|usuniety|usuniete|usunieto|silindi'
        '|удал[её]н[ао]?|удаление|деактивирован[ао]?|删除|刪除|注销|註銷|停用|削除|退会|無効化|삭제|탈퇴|비활성화|حذف|الغاء)';
    beginning constant text :=
        '(?:registriert|registrierung|angemeldet|beigetreten|geregistreerd|registrerad|inscrite?|inscription|registrad[oa]|registro'
        '|cadastrad[oa]|cadastro|registrat[oa]|iscritt[oa]|iscrizione|zarejestrowany|зарегистрирован[а]?|регистрация'
        '|注册|註冊|登録|入会|가입|등록|تسجيل)';
    saving constant text :=
        '(?:aktualisiert|gea?endert|geandert|bearbeitet|bijgewerkt|gewijzigd|uppdaterad|mise? a jour|modifiee?|actualizad[oa]|modificad[oa]'
        '|atualizad[oa]|alterad[oa]|aggiornat[oa]|modificat[oa]|zaktualizowany|обновл[её]н[ао]?|изменен[ао]?|更新|変更|업데이트|변경|تحديث)';
    words constant text := regexp_replace(
        regexp_replace(pathfinder.fold_text(left(event_name, 200)), '[^[:alpha:]]+', ' ', 'g'), '^ ?| ?$', ' ', 'g'
    );
    spaced constant text := ' ?(?:(?:' || who || '|' || around || ') ?)*';
begin
    -- Most names hold none of these words.
    if words !~ concat_ws('|', ending, beginning, saving) then
        return 'other';
    end if;
    return case
        when words ~ ('^' || spaced || ending || spaced || '$') then 'departure'
        when words ~ ('^' || spaced || beginning || spaced || '$') then 'registration'
        when words ~ ('^' || spaced || saving || spaced || '$') then 'profile_update'
        else 'other'
    end;
end
$$;

revoke all on function pathfinder.foreign_event_kind(text) from public, anon, authenticated, service_role;

comment on function pathfinder.foreign_event_kind(text) is
    'What an event''s name stands for in other languages than English.';
