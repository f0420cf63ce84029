'use client';

import { useEffect } from 'react';
import { useUrl } from '../lib/use-url.ts';

/** `?kiosk=1` leaves the page alone on the screen; Escape brings the bars back. */
export function KioskMode() {
  const { params, write } = useUrl();
  const on = params.get('kiosk') === '1';
  useEffect(() => {
    if (!on) return;
    document.documentElement.dataset.kiosk = '';
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      write((now) => {
        now.delete('kiosk');
        return now;
      });
    };
    window.addEventListener('keydown', onKey);
    return () => {
      delete document.documentElement.dataset.kiosk;
      window.removeEventListener('keydown', onKey);
    };
  }, [on, write]);
  return null;
}
