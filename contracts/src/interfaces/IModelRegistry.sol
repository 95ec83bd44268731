// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Which model an id means, and how exactly two machines must agree on it
/// @notice A model's id is H("assay/model/v1" ‖ sha256(weights) ‖ sha256(tokenizer) ‖ utf8(precision profile)), the
/// `model` of a job specification. An entry is by registrar and id and never changes; a later version of a family is
/// another entry. What the governor registered is the network's own list; anybody else puts a bond behind his entries,
/// which the governor's revocation burns. A registrar's entries are his own: nobody takes a name or an id away from
/// another.
///
/// A module of the vault. Constructor: `ModelRegistry(address vault, address governor, uint96 bond, uint32 bondS)`.
interface IModelRegistry {
    struct Model {
        bytes32 family; // the registrar's own name for the line of versions
        uint32 version; // within the family, from 1
        uint32 bandPpb; // greatest relative L2 distance of two honest runs, in 1/1,000,000,000
        uint8 margin; // a distance above margin · band rejects; between, nobody is sure
        uint40 registeredAt;
        uint40 bondUntil; // the bond answers until then; 0: none, the governor's own
        bool bonded; // the bond is still here
        bool revoked;
        bytes32 weightsHash; // SHA-256
        bytes32 tokenizerHash; // SHA-256
        string profile; // precision profile, such as "fp32"
    }

    /// @notice A zero address where an account is wanted.
    error ZeroAddress();
    /// @notice Weights and tokenizer need their hashes.
    error ZeroHash();
    /// @notice Only the governor may do this.
    error NotGovernor(address got, address want);
    /// @notice A precision profile has 1 to `max` bytes.
    error WrongProfileLength(uint256 got, uint256 max);
    /// @notice A band accepts something, and not anything.
    error BandOutOfRange(uint32 got, uint32 max);
    /// @notice The margin is at least 1.
    error WrongMargin(uint8 got);
    /// @notice The registrar has this model.
    error AlreadyRegistered(address registrar, bytes32 id);
    /// @notice The registrar has no such model or version.
    error UnknownModel(address registrar, bytes32 id);
    /// @notice The entry was revoked before.
    error AlreadyRevoked(address registrar, bytes32 id);
    /// @notice No bond is held for this entry.
    error NoBond(address registrar, bytes32 id);
    /// @notice The bond is held up to and including `want`.
    error BondStillAnswers(uint256 got, uint40 want);

    event ModelRegistered(
        address indexed registrar,
        bytes32 indexed id,
        bytes32 indexed family,
        uint32 version,
        bytes32 weightsHash,
        bytes32 tokenizerHash,
        string profile,
        uint32 bandPpb,
        uint8 margin,
        uint96 bond
    );
    event ModelRevoked(address indexed registrar, bytes32 indexed id, bytes32 reason, uint96 burned);
    event BondReturned(address indexed registrar, bytes32 indexed id, uint96 amount);

    function vault() external view returns (address);
    function governor() external view returns (address);
    function bond() external view returns (uint96);
    function bondS() external view returns (uint32);

    function idOf(bytes32 weightsHash, bytes32 tokenizerHash, string calldata profile) external pure returns (bytes32);
    function modelOf(address registrar, bytes32 id) external view returns (Model memory);
    /// @notice Whether the registrar lists this model and nobody revoked it.
    function isListed(address registrar, bytes32 id) external view returns (bool);
    /// @notice How many versions a registrar's family has.
    function versionsOf(address registrar, bytes32 family) external view returns (uint32);
    /// @notice The id of a version, from 1.
    function versionAt(address registrar, bytes32 family, uint32 version) external view returns (bytes32 id);

    /// @notice Registers the next version of the caller's family. Effects: `bond` of the caller's credit is held for
    /// bondS, unless he is the governor.
    function register(
        bytes32 family,
        bytes32 weightsHash,
        bytes32 tokenizerHash,
        string calldata profile,
        uint32 bandPpb,
        uint8 margin
    ) external returns (bytes32 id);

    /// @notice Marks an entry as revoked, for ever, and burns its bond where that is still here. Only the governor.
    function revoke(address registrar, bytes32 id, bytes32 reason) external;

    /// @notice Gives the registrar his bond back after bondS. Anyone.
    function returnBond(address registrar, bytes32 id) external;
}
