"""What the languages of the catalogue call halves of the day, publication and change."""

from __future__ import annotations

import re

CHANGED = re.compile(
    r"updat|uppdat|opp?dat|edited(?! by)|revised|corrected|modif|aktualis|geändert|überarbeitet|mise? à jour|"
    r"\bm[aà]j\b|actuali[zs]|atualiz|alterad|aggiorn|bijgewerkt|gewijzigd|aangepast|ändrad|endret|ændret|güncel|değiştir|"
    r"обновл|измен|оновл|змінен|відредаг|aktualiz|zmodyfikow|zmien|upraven|změněn|frissít|módosít|更新|修改|修订|修訂|"
    r"改訂|修正|수정|업데이트|갱신|تحديث|تعديل|محدث|روزرسانی|ویرایش|päivite|muokattu|עודכן|עדכון|ενημερώ|ενημέρω|τροποποι|"
    r"अपडेट|अद्यतन|diperbarui|pembaruan|cập nhật",
    re.IGNORECASE,
)
"""A date after such a word is that of a change."""
PUBLISHED = re.compile(
    r"publi[sck]|posted|released|created|\bparu|mis en ligne|veröffentlicht|erschienen|erstellt|gepubliceerd|geplaatst|"
    r"udgivet|offentliggjort|julkaistu|opublik|dodan|utworzon|опублик|опублік|yayın|giriş|eklenme|oluştur|نشر|منتشر|"
    r"انتشار|פורסם|δημοσι|közzét|megjelen|प्रकाशित|diterbitkan|tayang|đăng|公開|配信|掲載|発表|发布|發布|发表|發表|"
    r"刊登|입력|등록|승인|발행|게재|작성",
    re.IGNORECASE,
)
"""A date after such a word is that of publication."""
_MORNING = r"a\s?\.?\s?m\b\.?|오전|午前|上午|凌晨|早上|清晨|ص(?:باحا|باحاً)?\b|π\.?μ\.?|ق\.ظ|\bde\.|\bSA\b|öö\b"
_EVENING = r"p\s?\.?\s?m\b\.?|오후|午後|下午|晚上|中午|傍晚|م(?:ساء|ساءً)?\b|μ\.?μ\.?|ب\.ظ|\bdu\.|\bCH\b|ös\b"
HALF = rf"{_MORNING}|{_EVENING}"
"""Pattern of what tells the half of the day."""
_EVENING_WORD = re.compile(_EVENING, re.IGNORECASE)
CLOCK_WORD = re.compile(
    r"\b(?:at|um|alle|ore|ora|kl|klo|klokken|om|à|às|las|saat|pukul|jam|lúc|о|об|в|στις|ώρα)\b|الساعة|ساعت|בשעה|बजे",
    re.IGNORECASE,
)
"""What stands before a time of day."""


def is_evening(half: str) -> bool:
    """Whether a word that matches HALF says the second half of the day."""
    return bool(_EVENING_WORD.match(half))


def tells_change(text: str) -> bool:
    """Whether a label says 'updated' rather than 'published'."""
    return bool(CHANGED.search(text))


def tells_publication(text: str) -> bool:
    """Whether a label says 'published'."""
    return bool(PUBLISHED.search(text))
