// Where the person is, only when they ask for it, and only roughly.

/** Returns `{latitude, longitude}` in WGS84 degrees rounded to two decimals (about 1 km); rejects when there is none. */
export function roughLocation() {
  return new Promise((found, failed) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => found({ latitude: rounded(coords.latitude), longitude: rounded(coords.longitude) }),
      failed,
      { enableHighAccuracy: false, timeout: 15_000, maximumAge: 600_000 },
    );
  });
}

const rounded = (degrees) => Math.round(degrees * 100) / 100;
